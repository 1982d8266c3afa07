import { showControls } from '../../base/terminal-text.ts'
import type { Project } from '../../model/project.ts'
import { isUnmet } from '../../observe/count-text.ts'
import { stageTasks } from '../../plan/explain.ts'
import type { Plan, StageTask } from '../../plan/plan.ts'
import { describeTask, isWork } from '../actions/plan.ts'
import type { CliIo } from '../cli-io.ts'
import { exitCodeOf } from '../exit-code.ts'
import { printProblems } from '../print-problems.ts'
import { addressesFrom } from '../shown-address.ts'

/** `run --dry`: what would be done with each stage, in the words of `dvc repro --dry`, and the exit code. */
export function dryRun(plan: Plan, project: Project, io: CliIo): number {
  const tasks = stageTasks(plan.root)
  const problems = tasks.flatMap((task) => task.blocked?.problems ?? [])
  const exitCode = exitCodeOf(problems)
  if (io.isJson)
    io.stdout.write(`${JSON.stringify({ run: null, exitCode, tasks: tasks.map(describeTask), problems })}\n`)
  else {
    const address = addressesFrom(project, io.cwd)
    io.stdout.write(tasks.map((task) => `${dryText(task, address(task.stage))}\n`).join(''))
    if (!tasks.some((task) => isWork(task) || isUnmet(task))) io.stdout.write('Data and pipelines are up to date.\n')
    printProblems(problems, io.stderr, project.root)
  }
  return exitCode
}

function dryText(task: StageTask, address: string): string {
  switch (task.decision) {
    case 'run':
      return [`Running stage '${address}':`, ...commands(task)].join('\n')
    case 'maybe':
      return [`Running stage '${address}' if ${proviso(task)}:`, ...commands(task)].join('\n')
    case 'restore':
      return `Stage '${address}' is cached - skipping run, checking out outputs`
    case 'pull':
      return `Pulling data for stage: '${address}'`
    case 'verify':
      return `Verifying data sources in stage: '${address}'`
    case 'import':
      return `Importing '${address}'`
    case 'blocked':
      return `Stage '${address}' cannot run`
    case 'skip':
      if (isUnmet(task)) return `Stage '${address}' is skipped by condition`
      return unchanged(address)
    default:
      return unchanged(address)
  }
}

function proviso({ condition }: StageTask): string {
  return condition?.outlook === 'open' ? 'its condition is met' : 'what it needs really changes'
}

function unchanged(address: string): string {
  return `Stage '${address}' didn't change, skipping`
}

function commands({ stage }: StageTask): readonly string[] {
  const cmd = stage.cmd ?? []
  const lines = typeof cmd === 'string' ? cmd.split('\n') : cmd
  return lines.map((line) => `> ${showControls(line)}`)
}
