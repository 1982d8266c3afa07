import { basename } from 'node:path'
import type { Command } from 'commander'
import { padColumns, showControls } from '../../base/terminal-text.ts'
import { isUnmet } from '../../observe/count-text.ts'
import { describeReason } from '../../observe/describe-reason.ts'
import { stageTasks } from '../../plan/explain.ts'
import type { Project } from '../../model/project.ts'
import type { StageTask } from '../../plan/plan.ts'
import type { CliIo } from '../cli-io.ts'
import { exitCodeOf } from '../exit-code.ts'
import { fail } from '../fail.ts'
import { withProject } from '../open-project.ts'
import { planTargets } from '../plan-targets.ts'
import { printProblems } from '../print-problems.ts'
import { addressesByName } from '../shown-address.ts'
import { unknownCommand } from '../usage-problem.ts'
import { ifUpToDate, isWork, withoutRepeats } from './plan.ts'

/** `restage` alone: the state of the project, and the next useful command. */
export async function overview(io: CliIo, program: Command): Promise<number> {
  const [unknown] = program.args
  if (unknown !== undefined) return fail([unknownCommand(unknown, program)], io)
  return withProject(io, async (open) => {
    const { project } = open
    const made = await planTargets(open, io, [], { allPipelines: true, commit: true, runCache: true })
    if (!made.ok) return fail(withoutRepeats(project.problems, made.problems), io, project.root)
    const tasks = stageTasks(made.value.plan.root)
    const problems = withoutRepeats(
      project.problems,
      made.value.problems,
      made.value.settingsProblems,
      tasks.flatMap((task) => task.blocked?.problems ?? []),
    )
    io.stdout.write(overviewText(project, tasks, io))
    printProblems(problems, io.stderr, project.root)
    if (problems.length === 0) await ifUpToDate(open, tasks)
    return exitCodeOf(problems)
  })
}

function overviewText(project: Project, tasks: readonly StageTask[], io: CliIo): string {
  const { colors } = io.stdout
  const parts = [
    `${colors.bold(`restage ${io.version}`)} · ${showControls(basename(project.root))} · ${sizeText(project)}`,
    '',
    `  ${countsText(tasks, io)}`,
    ...changes(tasks, project, io),
    '',
    ...nextSteps(project, tasks, io),
  ]
  return `${parts.join('\n')}\n`
}

function sizeText({ stages }: Project): string {
  const pipeline = stages.filter((stage) => stage.kind === 'pipeline')
  const files = new Set(pipeline.map((stage) => stage.file)).size
  const families = new Set(
    pipeline.flatMap((stage) => (stage.family === undefined ? [] : [`${stage.file}:${stage.family}`])),
  ).size
  const data = stages.length - pipeline.length
  const familyText = families === 0 ? '' : ` (${families} ${families === 1 ? 'family' : 'families'})`
  const dataText = data === 0 ? '' : `, ${data} .dvc ${data === 1 ? 'file' : 'files'}`
  return `DVC project, ${files} dvc.yaml, ${pipeline.length} ${pipeline.length === 1 ? 'stage' : 'stages'}${familyText}${dataText}`
}

function countsText(tasks: readonly StageTask[], { stdout: { colors } }: CliIo): string {
  const count = (holds: (task: StageTask) => boolean): number => tasks.filter(holds).length
  const parts = [
    [colors.green('✓'), count((task) => !isWork(task) && !isUnmet(task) && !isWithheld(task)), 'up to date'],
    [colors.yellow('●'), count((task) => isWork(task) && !['maybe', 'blocked'].includes(task.decision)), 'changed'],
    [colors.cyan('○'), count((task) => task.decision === 'maybe'), 'follow (only if inputs really change)'],
    [colors.red('⚠'), count((task) => task.decision === 'blocked' && !isWithheld(task)), 'cannot run'],
    [colors.dim('–'), count((task) => isUnmet(task) || isWithheld(task)), 'left out by condition'],
  ] as const
  const shown = parts.filter(([, number]) => number > 0).map(([sign, number, word]) => `${sign} ${number} ${word}`)
  return shown.length === 0 ? 'There are no stages yet.' : shown.join('    ')
}

function isWithheld({ blocked }: StageTask): boolean {
  return blocked?.isWithheld === true
}

const mostShown = 8

function changes(tasks: readonly StageTask[], project: Project, { cwd, stdout: { colors } }: CliIo): readonly string[] {
  const shown = addressesByName(project, cwd)
  const changed = tasks.filter((task) => isWork(task) && task.decision !== 'maybe' && task.decision !== 'blocked')
  if (changed.length === 0) return []
  const width = Math.min(40, Math.max(...changed.map((task) => shown(task.name).length)))
  const rows = changed.slice(0, mostShown).map((task) => {
    const [reason] = task.reasons
    return `    ${padColumns(shown(task.name), width)}  ${reason === undefined ? '' : describeReason(reason, shown)}`.trimEnd()
  })
  const more = changed.length - mostShown
  return ['', `  ${colors.bold('changed')}`, ...rows, ...(more > 0 ? [`    … and ${more} more`] : [])]
}

function nextSteps(project: Project, tasks: readonly StageTask[], { stdout: { colors } }: CliIo): readonly string[] {
  const isClean = tasks.every((task) => !isWork(task))
  const all = tasks.some((task) => task.stage.file !== 'dvc.yaml') ? ' -P' : ''
  const steps: readonly (readonly [string, string])[] =
    project.stages.length === 0
      ? [['restage --help', 'what there is to do once a dvc.yaml exists']]
      : isClean
        ? [
            ['restage dag', 'the graph of stages'],
            ['restage status', 'Data and pipelines are up to date.'],
          ]
        : [
            [`restage plan${all}`, 'what exactly would run, and why'],
            [`restage run${all}`, 'run it'],
          ]
  const width = Math.max(...steps.map(([call]) => call.length))
  return steps.map(
    ([call, meaning], index) =>
      `  ${index === 0 ? colors.bold('next') : '    '}   ${padColumns(call, width)}   ${meaning}`,
  )
}
