import { readFileSync } from 'node:fs'
import type { Problem } from '../../base/problem.ts'
import { showControls } from '../../base/terminal-text.ts'
import { addressFrom } from '../../model/address.ts'
import type { Project } from '../../model/project.ts'
import { isWeb, type Stage } from '../../model/stage.ts'
import { makePlan } from '../../plan/make-plan.ts'
import type { AttemptSignals } from '../../run/engine.ts'
import { updateThroughDvc } from '../../run/update-through-dvc.ts'
import type { CliIo } from '../cli-io.ts'
import type { UpdateFlags } from '../commands/update.ts'
import { answer, fail } from '../fail.ts'
import type { OpenProject } from '../open-project.ts'
import { cliProblems } from '../problems.ts'
import { reproOptions } from '../repro-options.ts'
import { addressesFrom } from '../shown-address.ts'
import { runHere } from '../run/run-here.ts'
import { exitCodeOfCause, withSignals } from '../signals.ts'
import { withData } from '../with-data.ts'

const nothingDone = { updated: [], unchanged: [] }

/** `restage update`: each import as if it were not frozen (DVC: `stage/imports.py::update_import`). */
export function update(io: CliIo, targets: readonly string[], flags: UpdateFlags): Promise<number> {
  return withData({ io, targets, flags, nothingDone }, async (open, selections) => {
    const { root } = open.project
    const stages = [...new Set(selections.map(({ stage }) => stage))]
    const shown = addressesFrom(open.project, io.cwd)
    const refused = stages.flatMap((stage) => refuse(stage, shown(stage), flags))
    if (refused.length > 0) return fail(refused, io, root, nothingDone)
    const before = stages.map(textOf)
    const { value: problems, cause } = await withSignals(async (signals) => [
      ...(await updateOurs(
        open,
        stages.filter((stage) => !isTheirs(stage)),
        { io, flags, signals },
      )),
      ...(await updateTheirs(open.project, stages.filter(isTheirs), { io, flags, signals })),
    ])
    const isUpdated = stages.map((stage, index) => textOf(stage) !== before[index])
    const addresses = (wanted: boolean): readonly Stage[] => stages.filter((_, index) => isUpdated[index] === wanted)
    const exitCode = answer(io, problems, {
      root,
      json: () => ({
        updated: addresses(true).map((stage) => addressFrom(stage, root, root)),
        unchanged: addresses(false).map((stage) => addressFrom(stage, root, root)),
      }),
      text: () =>
        addresses(true)
          .map((stage) => `Updated ${showControls(shown(stage))}\n`)
          .join('') || (problems.length > 0 || cause !== undefined ? '' : 'Everything is up to date.\n'),
    })
    return cause === undefined ? exitCode : exitCodeOfCause(cause)
  })
}

interface Call {
  readonly io: CliIo
  readonly flags: UpdateFlags
  readonly signals: AttemptSignals
}

function refuse(stage: Stage, address: string, { rev }: UpdateFlags): readonly Problem[] {
  if (stage.kind !== 'import') return [cliProblems.notAnImport(address, stage.at)]
  return rev === undefined || isFromRepo(stage) ? [] : [cliProblems.noRevision(address, stage.at)]
}

function isFromRepo({ deps }: Stage): boolean {
  return deps[0]?.kind === 'repo'
}

// What is not here or on the web is DVC's to reach.
function isTheirs({ deps }: Stage): boolean {
  const [dep] = deps
  return dep !== undefined && (dep.kind === 'repo' || dep.kind === 'db' || (dep.kind === 'url' && !isWeb(dep)))
}

function textOf({ file }: Stage): string {
  return readFileSync(file, 'utf8')
}

async function updateOurs(
  { project, workspace }: OpenProject,
  stages: readonly Stage[],
  { io, flags, signals }: Call,
): Promise<readonly Problem[]> {
  if (stages.length === 0) return []
  const { root } = project
  const thawed = project.stages.map((stage) => (stages.includes(stage) ? { ...stage, frozen: false } : stage))
  const made = await makePlan({ ...project, stages: thawed }, workspace, {
    cwd: root,
    targets: stages.map((stage) => addressFrom(stage, root, root)),
    recursive: false,
    glob: false,
    pipeline: false,
    allPipelines: false,
    downstream: false,
    options: reproOptions({ commit: true, runCache: true, singleItem: true, onError: 'keep-going' }, false),
  })
  if (!made.ok) return made.problems
  const run = { env: io.env, jobs: 1, lockTimeoutMs: flags.lockTimeout, signals, onEvent: () => undefined }
  const { problems } = await runHere({ project, workspace }, made.value.plan, run, io)
  return problems
}

async function updateTheirs(
  project: Project,
  stages: readonly Stage[],
  { io, flags, signals }: Call,
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const stage of stages) {
    if (signals.stop.aborted) break
    const onCall = (line: string): void => io.stderr.write(`Calling \`${line}\`, which reads its source\n`)
    problems.push(...(await updateThroughDvc(stage, { project, rev: flags.rev, signal: signals.stop, onCall })))
  }
  return problems
}
