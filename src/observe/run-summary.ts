import type { Colors } from '../base/colors.ts'
import { formatDuration } from '../base/duration.ts'
import { lastLines } from '../base/last-lines.ts'
import { neutralizeLine, showControls } from '../base/terminal-text.ts'
import { countResultsText } from './count-text.ts'
import { describeEnd } from './describe-end.ts'
import type { RunView, TaskView } from './run-view.ts'

export interface SummaryOptions {
  readonly colors: Colors
  /** An address as seen from the root → as people here name it. */
  readonly shown: (address: string) => string
  /** A log file as people here find it. */
  readonly shownLog: (file: string) => string
  /** Commands that are useful now, with what they are for. */
  readonly next: readonly (readonly [command: string, meaning: string])[]
}

/** The end of a run for people: what failed and its last words, what ran, was restored and skipped, what to do next. */
export function formatSummary(view: RunView, options: SummaryOptions): string {
  const { tasks } = view
  const hasFailed = view.count('failed') > 0
  const lines = [
    ...headLines(view, hasFailed, options),
    ...(hasFailed || isStopped(tasks) ? leftLines(tasks, options) : cutOffLines(tasks, options)),
    ...conditionLines(view, options),
    ...nextLines(options),
  ]
  return formatFailures(view, options) + lines.map((line) => `${line}\n`).join('')
}

/** The stages that failed, with their last words. */
export function formatFailures(view: RunView, options: Omit<SummaryOptions, 'next'>): string {
  const failed = view.tasks.filter((task) => task.state === 'failed').slice(0, mostFailures)
  return failed
    .flatMap((task) => failureLines(view, task, options))
    .map((line) => `${line}\n`)
    .join('')
}

// More than this nobody reads; the problems below name all of them.
const mostFailures = 5
const lastWords = 10

function failureLines(
  view: RunView,
  task: TaskView,
  { colors, shown, shownLog }: Omit<SummaryOptions, 'next'>,
): readonly string[] {
  const text = describeEnd(task, (id) => shown(view.task(id).address))
  const head = `${colors.red('✗')} ${colors.bold(shown(task.address))}   ${text}`
  const words = task.log === undefined ? [] : lastLines(task.log, lastWords)
  if (task.log === undefined || words.length === 0) return [head]
  return [
    head,
    `  ┌ last lines  (full log: ${showControls(shownLog(task.log))})`,
    ...words.map((line) => `  │ ${neutralizeLine(line, colors.isColorSupported)}`),
    '  └',
  ]
}

function headLines(view: RunView, hasFailed: boolean, { colors }: SummaryOptions): readonly string[] {
  const { tasks } = view
  if (
    !hasFailed &&
    !isStopped(tasks) &&
    view.count('ran', 'restored', 'pulled', 'verified', 'imported') + tasks.filter(isHeldUp).length === 0
  ) {
    if (tasks.some(({ unmet }) => unmet !== undefined)) return ['Nothing to do.']
    return [
      `Data and pipelines are up to date.${tasks.length === 0 ? '' : colors.dim(`  (${tasks.length} ${tasks.length === 1 ? 'stage' : 'stages'} checked)`)}`,
    ]
  }
  const sign = hasFailed ? colors.red('✗') : isStopped(tasks) ? colors.yellow('■') : colors.green('✓')
  return [
    `${colors.bold(`run ${view.run ?? ''}`)} ${sign} ${formatDuration(view.durationMs)}   ${countResultsText(view.counts)}`,
  ]
}

function isHeldUp({ state, isWithheld }: TaskView): boolean {
  return state === 'blocked' && !isWithheld
}

function isStopped(tasks: readonly TaskView[]): boolean {
  return tasks.some((task) => task.state === 'cancelled')
}

// After a failure: what is safe, and what is left to do.
function leftLines(tasks: readonly TaskView[], options: SummaryOptions): readonly string[] {
  const done = tasks.filter((task) => ['ran', 'restored', 'pulled', 'verified', 'imported'].includes(task.state))
  const left = tasks.filter((task) => isHeldUp(task) || (task.state === 'cancelled' && task.startedAt === undefined))
  return [
    ...(done.length > 0 ? [`  finished and saved   ${nameList(done, options)}`] : []),
    ...(left.length > 0 ? [`  not started          ${nameList(left, options)}`] : []),
  ]
}

// Stages that might have run and did not have to.
function cutOffLines(tasks: readonly TaskView[], options: SummaryOptions): readonly string[] {
  const cut = tasks.filter((task) => task.decision === 'maybe' && task.state === 'skipped' && task.unmet === undefined)
  return cut.length === 0 ? [] : [`  not run: inputs came out identical   ${nameList(cut, options)}`]
}

// What conditions kept from running, and what could not run for that.
function conditionLines({ tasks }: RunView, options: SummaryOptions): readonly string[] {
  const unmet = tasks.filter((task) => task.unmet !== undefined)
  const withheld = tasks.filter((task) => task.isWithheld)
  return [
    ...(unmet.length > 0 ? [`  skipped by condition   ${nameList(unmet, options)}`] : []),
    ...(withheld.length > 0 ? [`  not run: needs what these would make   ${nameList(withheld, options)}`] : []),
  ]
}

const mostNames = 8

function nameList(tasks: readonly TaskView[], { shown }: SummaryOptions): string {
  const names = tasks
    .slice(0, mostNames)
    .map((task) => shown(task.address))
    .join(', ')
  return tasks.length > mostNames ? `${names} and ${tasks.length - mostNames} more` : names
}

function nextLines({ next, colors }: SummaryOptions): readonly string[] {
  const width = Math.max(0, ...next.map(([command]) => command.length))
  return next.map(([command, meaning], index) => {
    const lead = index === 0 ? `  ${colors.bold('next')}  ` : '        '
    return `${lead}${command.padEnd(width)}   ${colors.dim(meaning)}`.trimEnd()
  })
}
