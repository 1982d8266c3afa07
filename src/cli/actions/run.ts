import { resolve } from 'node:path'
import { exitCodes, type Problem } from '../../base/problem.ts'
import { toRunJson } from '../../observe/run-json.ts'
import { EventFile } from '../../store/event-file.ts'
import { EventStream } from '../../store/event-stream.ts'
import { listRuns } from '../../store/run-files.ts'
import { openRunControl } from '../../store/run-requests.ts'
import { sweepRuns } from '../../store/sweep-runs.ts'
import { stageTasks } from '../../plan/explain.ts'
import type { MadePlan } from '../../plan/make-plan.ts'
import { withoutSecrets } from '../../policy/read-secrets.ts'
import { pullRunCache } from '../../run/pull-data.ts'
import type { Plan } from '../../plan/plan.ts'
import { calmCompiler } from '../calm-compiler.ts'
import type { CliIo } from '../cli-io.ts'
import type { RunFlags } from '../commands/run.ts'
import { fail } from '../fail.ts'
import { type OpenProject, withProject } from '../open-project.ts'
import { cliProblems } from '../problems.ts'
import { planTargets } from '../plan-targets.ts'
import { printProblems } from '../print-problems.ts'
import { confirmOn } from '../run/confirm.ts'
import { dryRun } from '../run/dry-run.ts'
import { nextSteps } from '../run/next-steps.ts'
import { readyPolicies, type ReadyPolicies } from '../run/ready-policies.ts'
import { openNotifier } from '../run/notifier.ts'
import { openProgress } from '../run/progress.ts'
import { runHere } from '../run/run-here.ts'
import { exitCodeOfCause, withSignals } from '../signals.ts'
import { ifUpToDate, withoutRepeats } from './plan.ts'

/** What `--json` holds if nothing was started. */
const nothingRun = { run: null, tasks: [] }

/** `restage run` */
export function run(io: CliIo, targets: readonly string[], flags: RunFlags): Promise<number> {
  calmCompiler()
  if (flags.events === '-' && io.isJson)
    return Promise.resolve(fail([cliProblems.twoOnStdout()], io, undefined, nothingRun))
  return withProject(
    io,
    async (open) => {
      const { project } = open
      const refuse = (problems: readonly Problem[]): number => fail(problems, io, project.root, nothingRun)
      const pulled = flags.pull && flags.runCache && !flags.dry ? await pullRunCache(project, open.workspace) : []
      const made = await planTargets(open, io, targets, flags)
      // As DVC, nothing runs in a project that is broken anywhere: what is left of it may not be what its author means.
      const problems = withoutRepeats(
        [...project.problems, ...pulled],
        made.ok ? [...made.value.problems, ...made.value.settingsProblems] : made.problems,
      )
      if (!made.ok || problems.some(({ severity }) => severity === 'error')) return refuse(problems)
      const hopeless = hopelessBecause(made.value)
      if (hopeless.length > 0) return refuse([...problems, ...hopeless])
      const ready = readyPolicies(project, made.value, { io, flags })
      if (!ready.ok) return refuse([...problems, ...ready.problems])
      if (flags.dry) return dryRun(made.value.plan, project, io)
      if (!io.isJson && !flags.quiet) printProblems(problems, io.stderr, project.root)
      const exitCode = await carryOut(open, made.value, { io, targets, flags, known: problems, ...ready.value })
      const hasEffects = flags.pull === true || flags.events !== undefined
      if (exitCode === exitCodes.done && targets.length === 0 && problems.length === 0 && !hasEffects)
        await ifUpToDate(open, stageTasks(made.value.plan.root))
      return exitCode
    },
    {
      nothingDone: nothingRun,
      allowOutside: flags.allowOutside,
      ...(flags.dry ? {} : { recordsWithin: flags.lockTimeout }),
    },
  )
}

/** Nothing of the plan can be carried out, and something should: then nothing is started. Where other stages run first,
 * they may make what is missing without declaring it, so each stage is looked at again when its turn comes. */
function hopelessBecause({ plan }: MadePlan): readonly Problem[] {
  const tasks = stageTasks(plan.root)
  if (tasks.some(({ decision }) => !['blocked', 'skip', 'frozen'].includes(decision))) return []
  return tasks.flatMap((task) => task.blocked?.problems ?? [])
}

async function carryOut(
  open: OpenProject,
  { plan }: MadePlan,
  call: {
    readonly io: CliIo
    readonly targets: readonly string[]
    readonly flags: RunFlags
    readonly known: readonly Problem[]
  } & ReadyPolicies,
): Promise<number> {
  const { io, flags, jobs, policies, settings } = call
  const { project } = open
  const progress = openProgress(io, flags, project)
  using history = new EventFile(project.root)
  const notifier = openNotifier(settings.notify, { root: project.root, env: io.env })
  using stream = openEvents(flags.events, project.root, io)
  const durations = await earlierDurations(plan, jobs, project.root)
  const { value: summary, cause } = await withSignals((signals) =>
    runHere(
      open,
      plan,
      {
        env: withoutSecrets(io.env, settings.secretNames),
        jobs,
        policies,
        durations,
        lockTimeoutMs: flags.lockTimeout,
        signals,
        control: openRunControl(project.root),
        onEvent: (event) => {
          history.append(event)
          stream?.append(event)
          notifier?.report(event)
          progress.report(event)
        },
        ...confirmOn(io),
      },
      io,
    ).finally(progress.stop),
  )
  const exitCode = cause === undefined ? summary.exitCode : exitCodeOfCause(cause)
  if (history.isMade) sweepRuns(project.root, settings.history, Date.now())
  const untold = (await notifier?.end(exitCode, history.isMade)) ?? []
  const unwritten = [history.problem, stream?.problem].filter((problem) => problem !== undefined)
  const problems = [...summary.problems, ...untold, ...unwritten]
  if (io.isJson)
    io.stdout.write(`${JSON.stringify(toRunJson({ ...summary, problems: [...call.known, ...problems] }, exitCode))}\n`)
  else {
    progress.summarize(
      nextSteps({ ...call, hasHistory: history.isMade, summary, exitCode, project, hasGit: summary.hasGit }),
    )
    // Warnings of the run have been told as they came.
    printProblems(
      [...summary.problems.filter(({ severity }) => severity === 'error'), ...problems.slice(summary.problems.length)],
      io.stderr,
      project.root,
    )
  }
  return exitCode
}

// Only where stages must wait for a place does it matter who starts first.
async function earlierDurations(plan: Plan, jobs: number, root: string): Promise<ReadonlyMap<string, number>> {
  const willRun = stageTasks(plan.root).filter(({ decision }) => decision === 'run' || decision === 'maybe')
  if (jobs === 1 || willRun.length <= jobs || listRuns(root).length === 0) return new Map()
  const { openHistory } = await import('../../store/open-history.ts')
  using history = await openHistory(root)
  return history.durations()
}

function openEvents(file: string | undefined, root: string, io: CliIo): EventStream | undefined {
  if (file === undefined) return undefined
  return file === '-' ? EventStream.to(io.stdout.write, root) : EventStream.toFile(resolve(io.cwd, file), root)
}
