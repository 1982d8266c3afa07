import { exitCodes } from '../../base/problem.ts'
import { cutColumns, padColumns, showControls } from '../../base/terminal-text.ts'
import { describeReason } from '../../observe/describe-reason.ts'
import { countText, isUnmet } from '../../observe/count-text.ts'
import { stageTasks } from '../../plan/explain.ts'
import type { Decision, StageTask } from '../../plan/plan.ts'
import type { CliIo } from '../cli-io.ts'
import type { Colors } from '../../base/colors.ts'
import type { PlanFlags } from '../commands/plan.ts'
import { answer, fail } from '../fail.ts'
import { type OpenProject, withProject } from '../open-project.ts'
import { planTargets } from '../plan-targets.ts'
import { addressesByName } from '../shown-address.ts'

/** `restage plan` */
export function plan(io: CliIo, targets: readonly string[], flags: PlanFlags): Promise<number> {
  return withProject(
    io,
    async (open) => {
      const { project } = open
      const made = await planTargets(open, io, targets, flags)
      if (!made.ok) return fail(withoutRepeats(project.problems, made.problems), io, project.root, { tasks: [] })
      const tasks = stageTasks(made.value.plan.root)
      const shown = addressesByName(project, io.cwd)
      const problems = withoutRepeats(
        project.problems,
        made.value.problems,
        made.value.settingsProblems,
        tasks.flatMap((task) => task.blocked?.problems ?? []),
      )
      const said = answer(io, problems, {
        root: project.root,
        json: () => ({ tasks: tasks.map(describeTask), counts: countDecisions(tasks) }),
        text: () => planText(tasks, shown, io, flags.all ?? false),
      })
      if (targets.length === 0 && problems.length === 0) await ifUpToDate(open, tasks)
      return said === exitCodes.done && flags.exitCode && tasks.some(isWork) ? exitCodes.workToDo : said
    },
    { nothingDone: { tasks: [], counts: {} }, allowOutside: flags.allowOutside },
  )
}

/** Problems of several sources, each once. */
export function withoutRepeats<T>(...lists: readonly (readonly T[])[]): readonly T[] {
  return [...new Map(lists.flat().map((problem) => [JSON.stringify(problem), problem])).values()]
}

/** A task of a plan as data for others. */
export function describeTask(task: StageTask): object {
  const { name, decision, reasons, needs, waits = [], condition, blocked } = task
  return {
    address: name,
    decision,
    reasons,
    needs: [...needs, ...waits],
    ...(condition === undefined ? {} : { condition: { text: condition.text, outlook: condition.outlook } }),
    ...(blocked === undefined ? {} : { blockedBy: blocked.by, problems: blocked.problems }),
  }
}

/** Lets the words of a plan be said again if it skips everything. */
export async function ifUpToDate({ nothingToDo }: OpenProject, tasks: readonly StageTask[]): Promise<void> {
  if (tasks.some(({ decision }) => decision !== 'skip')) return
  const looked = tasks.flatMap(({ condition }) => condition?.reads ?? [])
  await nothingToDo(
    tasks.map(({ stage }) => stage),
    looked,
  )
}

/** True if a run would do something about the task, or fail at it. */
export function isWork({ decision, blocked }: StageTask): boolean {
  return decision !== 'skip' && decision !== 'frozen' && !blocked?.isWithheld
}

/** True if people are told of the task one by one. */
function isTold(task: StageTask): boolean {
  return isWork(task) || isUnmet(task) || task.blocked?.isWithheld === true
}

/** How many tasks there are of each decision. */
export function countDecisions(tasks: readonly StageTask[]): Readonly<Partial<Record<Decision, number>>> {
  const counts: Partial<Record<Decision, number>> = {}
  for (const { decision } of tasks) counts[decision] = (counts[decision] ?? 0) + 1
  return counts
}

function planText(tasks: readonly StageTask[], shown: (address: string) => string, io: CliIo, all: boolean): string {
  const { colors, isTerminal, size } = io.stdout
  if (tasks.length === 0) return 'There are no stages to plan.\n'
  const listed = all ? tasks : tasks.filter(isTold)
  const numbers = new Map(listed.map((task, index) => [task.name, index + 1]))
  const width = Math.min(40, Math.max(5, ...listed.map((task) => shown(task.name).length)))
  const columns = isTerminal ? size().columns : Infinity
  const rows = listed.flatMap((task) => {
    const number = String(numbers.get(task.name)).padStart(3)
    const [first = '', ...more] = causes(task, shown, numbers)
    const head = `${number}  ${padColumns(shown(task.name), width)}  ${paint(task.decision, colors)}  `
    const lead = 3 + 2 + width + 2 + 8 + 2
    return [
      `${head}${cutColumns(first, columns - lead)}`,
      ...more.map((cause) => `${' '.repeat(lead)}${cutColumns(cause, columns - lead)}`),
    ]
  })
  const skipped = tasks.length - listed.length
  const rest = skipped === 0 ? [] : [`  –  ${colors.dim(`${skipped} ${plural(skipped, 'stage')} unchanged: skip`)}`]
  if (!listed.some(isTold)) return `${[...rows, ...rest].join('\n')}\nData and pipelines are up to date.\n`
  return `${[...rows, ...rest, '', `     ${countText(tasks.filter(isTold))}`].join('\n')}\n`
}

// Each cause a line; which of the listed tasks it waits for stands at the end.
function causes(
  task: StageTask,
  shown: (address: string) => string,
  numbers: ReadonlyMap<string, number>,
): readonly string[] {
  const problems = (task.blocked?.problems ?? []).map(({ message }) => showControls(message))
  const word = task.blocked?.isWithheld ? 'left out by condition' : 'blocked'
  const by = (task.blocked?.by ?? []).map((name) => `${shown(name)} is ${word}`)
  // What keeps a stage from running matters more than why it should.
  const reasons = task.decision === 'blocked' ? [] : task.reasons.map((reason) => describeReason(reason, shown))
  const shownReasons = [...problems, ...by, ...reasons]
  const cut =
    shownReasons.length > mostCauses
      ? [...shownReasons.slice(0, mostCauses), `and ${shownReasons.length - mostCauses} more`]
      : shownReasons
  const needs = [...task.needs, ...(task.waits ?? [])].flatMap((need) => numbers.get(need) ?? [])
  return needs.length === 0 ? cut : [...cut, `after ${needs.slice(0, 12).join(' ')}${needs.length > 12 ? ' …' : ''}`]
}

const mostCauses = 4

function paint(decision: Decision, colors: Colors): string {
  const text = decision.padEnd(8)
  if (decision === 'blocked') return colors.red(text)
  if (decision === 'run') return colors.yellow(text)
  return decision === 'skip' || decision === 'frozen' ? colors.dim(text) : colors.cyan(text)
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`
}
