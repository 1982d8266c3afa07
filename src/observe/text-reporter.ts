import type { Colors } from '../base/colors.ts'
import { formatDuration } from '../base/duration.ts'
import { neutralizeLine, padColumns, showControls } from '../base/terminal-text.ts'
import type { RunEvent } from '../run/events.ts'
import type { TaskId } from '../run/task-id.ts'
import { countText, isUnmet } from './count-text.ts'
import { describeEnd, describeFailure, usualTime } from './describe-end.ts'
import { describeReason } from './describe-reason.ts'
import { LogTail } from './log-tail.ts'
import { RunView, type TaskView } from './run-view.ts'
import type { Screen } from './screen.ts'

export interface TextReporterOptions {
  readonly screen: Screen
  readonly colors: Colors
  /** Whose output is printed; `errors`: of failed stages, when they end. */
  readonly outputLogs: 'all' | 'errors' | 'none'
  /** Print output as it comes, not only when a stage ends: told again, all of it is there from the start. @default true */
  readonly followLogs?: boolean
  /** Also say why stages run and which are skipped. */
  readonly verbose: boolean
  /** Each stage as a foldable section when it ends, as GitHub's logs have them. */
  readonly groups: boolean
  /** An address as seen from the root → as people here name it. */
  readonly shown: (address: string) => string
  readonly clock: () => number
}

/** Tells a run to people, line by line: what starts, what it prints, how it ends. */
export class TextReporter {
  readonly view = new RunView()
  readonly #options: TextReporterOptions
  readonly #tails = new Map<TaskId, LogTail>()
  #width = 0
  #lastPrint = 0

  constructor(options: TextReporterOptions) {
    this.#options = options
  }

  report(event: RunEvent): void {
    this.view.apply(event)
    switch (event.type) {
      case 'run-started':
        this.#begin(
          event.tasks.filter((task) => task.decision !== 'skip' || isUnmet(task)).map(({ address }) => address),
        )
        break
      case 'task-started':
        if (this.#options.verbose)
          this.#sayLines(
            event.task,
            event.reasons.map((reason) => describeReason(reason, this.#options.shown)),
          )
        break
      case 'attempt-started':
        this.#tails.set(event.task, new LogTail(event.log))
        break
      case 'command-started':
        this.#follow(event.task, 'flush')
        if (!this.#options.groups)
          this.#sayLines(
            event.task,
            event.command.split('\n').map((line) => `> ${line}`),
          )
        break
      case 'warning':
        if (event.task !== undefined) this.#follow(event.task, 'flush')
        this.#warn(event.task, event.message)
        break
      case 'attempt-failed':
        if (event.willRetryInMs !== undefined) this.#sayRetry(event.task, event, event.willRetryInMs)
        break
      case 'task-ended':
        this.#end(this.view.task(event.task))
        break
      case 'cancel-requested':
        this.#sayLines(event.task, ['is to end: asked for from elsewhere'])
        break
      case 'stop-requested':
        this.#print([this.#options.colors.yellow(`${causeTexts[event.cause]}${stopTexts[event.how]}`)])
        break
      case 'run-ended':
        this.#options.screen.close()
        break
      default: // nothing to say
    }
  }

  /** Call about ten times a second: prints what commands have written since, and keeps the lines at the bottom true. */
  tick(): void {
    for (const task of this.#tails.keys()) this.#follow(task)
    const now = this.#options.clock()
    this.#options.screen.status(this.#footer(now))
    // In the log of a CI nothing else shows that a long stage is alive.
    if (now - this.#lastPrint < heartbeatMs || this.view.running.length === 0) return
    this.#print(
      this.view.running.map(
        (task) => `${this.#prefix(task.task)}running ${formatDuration(now - (task.startedAt ?? now))}`,
      ),
    )
  }

  #sayRetry(task: TaskId, { attempt, reason }: RunEvent & { type: 'attempt-failed' }, waitMs: number): void {
    this.#follow(task, 'flush')
    const { startedAt = 0 } = this.view.task(task)
    const text = describeFailure(reason, formatDuration(this.#options.clock() - startedAt))
    const { colors } = this.#options
    const wait = `· attempt ${attempt + 1} in ${formatDuration(waitMs)}`
    this.#print([`${this.#prefix(task)}${colors.yellow(`attempt ${attempt} failed: ${text}`)} ${colors.dim(wait)}`])
  }

  #begin(addresses: readonly string[]): void {
    this.#width = Math.min(widestName, Math.max(0, ...addresses.map((address) => this.#options.shown(address).length)))
    this.#lastPrint = this.#options.clock()
    const counts = countText(this.view.tasks)
    if (addresses.length > 0) this.#print([this.#options.colors.bold(`run ${this.view.run ?? ''}`) + ` · ${counts}`])
  }

  // Prints what the command has written so far.
  #follow(task: TaskId, how: 'read' | 'flush' = 'read'): void {
    const { outputLogs, groups, followLogs = true } = this.#options
    if (outputLogs !== 'all' || groups || !followLogs) return
    const lines: string[] = []
    this.#tails.get(task)?.[how]((line) => lines.push(line))
    this.#sayOutput(task, lines)
  }

  #end(task: TaskView): void {
    const tail = this.#tails.get(task.task)
    this.#tails.delete(task.task)
    const isWanted =
      this.#options.outputLogs === 'all' || (this.#options.outputLogs === 'errors' && task.state === 'failed')
    if (tail !== undefined && isWanted && !this.#options.groups)
      this.#drain(tail, (lines) => this.#sayOutput(task.task, lines))
    if (!this.#isWorthALine(task)) return
    const sign = signs[task.state as keyof typeof signs] ?? '–'
    const text = describeEnd(task, (id) => this.#shownTask(id))
    if (tail !== undefined && isWanted && this.#options.groups) this.#group(task, text, tail)
    this.#print([`${this.#name(task.task)} ${this.#paintSign(sign)} ${text}`])
  }

  // Output is kept from being read as commands to GitHub.
  #group(task: TaskView, text: string, tail: LogTail): void {
    const token = `restage-${this.view.run ?? ''}`
    this.#print([`::group::${this.#shownTask(task.task)}  ${text}`, `::stop-commands::${token}`])
    this.#drain(tail, (lines) => this.#print(lines.map((line) => neutralizeLine(line, this.#keepsColors()))))
    this.#print([`::${token}::`, '::endgroup::'])
  }

  // A log may be larger than memory.
  #drain(tail: LogTail, print: (lines: readonly string[]) => void): void {
    let lines: string[] = []
    tail.end((line) => {
      if (lines.push(line) < 1000) return
      print(lines)
      lines = []
    })
    print(lines)
  }

  // What the plan skips is told in one number, unless asked for.
  #isWorthALine({ state, decision, unmet }: TaskView): boolean {
    if (unmet !== undefined) return true
    if (state === 'skipped' || state === 'frozen')
      return this.#options.verbose || (decision !== 'skip' && decision !== 'frozen')
    return true
  }

  #warn(task: TaskId | undefined, message: string): void {
    const { colors } = this.#options
    const text = `${colors.yellow('warning:')} ${showControls(message)}`
    this.#print([task === undefined ? text : this.#prefix(task) + text])
  }

  #sayLines(task: TaskId, lines: readonly string[]): void {
    const { colors } = this.#options
    this.#print(lines.map((line) => this.#prefix(task) + colors.dim(showControls(line))))
  }

  #sayOutput(task: TaskId, lines: readonly string[]): void {
    const prefix = lines.length === 0 ? '' : this.#prefix(task)
    this.#print(lines.map((line) => prefix + neutralizeLine(line, this.#keepsColors())))
  }

  #print(lines: readonly string[]): void {
    if (lines.length === 0) return
    this.#lastPrint = this.#options.clock()
    this.#options.screen.print(lines)
  }

  #footer(now: number): readonly string[] {
    const { running } = this.view
    if (running.length === 0) return []
    const shown = running.slice(0, mostShown).map((task) => `▶ ${this.#shownTask(task.task)} ${timesOf(task, now)}`)
    const more = running.length > mostShown ? `   + ${running.length - mostShown} more` : ''
    const done = this.view.count('ran', 'restored', 'pulled', 'verified', 'imported')
    const failed = this.view.count('failed')
    const counts = [`✓ ${done}`, `○ ${this.view.count('waiting')}`, ...(failed > 0 ? [`✗ ${failed}`] : [])].join('  ')
    return ['─'.repeat(60), ` ${shown.join('   ')}${more}`, ` ${counts}   ${seconds(now - this.view.startedAt)}`]
  }

  #prefix(task: TaskId): string {
    return `${this.#name(task)} ${this.#options.colors.dim('│')} `
  }

  #name(task: TaskId): string {
    const name = padColumns(this.#shownTask(task), this.#width)
    return this.#options.colors.isColorSupported ? this.#paintName(task, name) : name
  }

  // Each stage keeps one colour, so that eyes can follow it.
  #paintName(task: TaskId, name: string): string {
    const { cyan, magenta, blue, green, yellow } = this.#options.colors
    const palette = [cyan, magenta, blue, green, yellow]
    let sum = 0
    for (const character of task) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
    return palette[sum % palette.length]!(name)
  }

  #paintSign(sign: string): string {
    const { colors } = this.#options
    return sign === '✗' ? colors.red(sign) : sign === '✓' || sign === '↺' ? colors.green(sign) : colors.dim(sign)
  }

  #shownTask(task: TaskId): string {
    return this.#options.shown(this.view.task(task).address)
  }

  #keepsColors(): boolean {
    return this.#options.colors.isColorSupported
  }
}

const widestName = 30
const mostShown = 4
const heartbeatMs = 30_000

const signs = { ran: '✓', restored: '↺', pulled: '↺', verified: '✓', imported: '✓', failed: '✗' } as const

const causeTexts = {
  signal: '',
  request: 'asked to end from elsewhere: ',
  deadline: 'the deadline has passed: ',
  bug: '',
} as const

const stopTexts = {
  gently: 'stopping: running stages are asked to end, nothing new starts (once more kills them)',
  kill: 'killing what still runs',
} as const

// `3m12s of ~6m40s`
function timesOf(task: TaskView, now: number): string {
  return `${seconds(now - (task.startedAt ?? now))}${usualTime(task, ' of ~')}`
}

// Tenths would flicker.
function seconds(ms: number): string {
  return ms < 10_000 ? `${Math.floor(Math.max(0, ms) / 1000)}s` : formatDuration(ms)
}
