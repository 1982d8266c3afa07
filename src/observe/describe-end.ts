import { formatDuration } from '../base/duration.ts'
import { showControls } from '../base/terminal-text.ts'
import { unreachable } from '../base/unreachable.ts'
import type { FailureReason, UnmetCondition } from '../run/events.ts'
import { signalOf } from '../run/should-retry.ts'
import type { TaskView } from './run-view.ts'

/** How a task ended, in a few words and with DVC's where it has some: `exit 3 after 2.0s`. `shownTask` gives the address
 * of another task. */
export function describeEnd(task: TaskView, shownTask: (id: NonNullable<TaskView['blockedBy']>) => string): string {
  const took = formatDuration(task.durationMs ?? 0)
  switch (task.state) {
    case 'ran':
      return took
    case 'restored':
      return `is cached: skipping run, outputs checked out  ${took}`
    case 'pulled':
      return `data pulled  ${took}`
    case 'verified':
      return `data verified and committed  ${took}`
    case 'imported':
      return `imported  ${took}`
    case 'skipped':
      return task.unmet === undefined ? "didn't change, skipping" : `skipped by condition: ${conditionText(task.unmet)}`
    case 'frozen':
      return "is frozen and didn't change, skipping"
    case 'blocked':
      return task.blockedBy === undefined
        ? 'not run'
        : `not run: needs ${shownTask(task.blockedBy)}${task.isWithheld ? ', which was left out by condition' : ''}`
    case 'cancelled':
      return task.startedAt === undefined ? 'not run: the run was stopped' : `stopped after ${took}`
    case 'failed':
      return describeFailure(task.reason, `${took}${usualTime(task, ', usually ')}`)
    case 'waiting':
    case 'running':
      return task.state
    default:
      return unreachable(task.state)
  }
}

/** How long a task took lately, after `lead`; nothing if that is not known, or too short to tell anything. */
export function usualTime({ expectedMs = 0 }: TaskView, lead: string): string {
  return expectedMs < 1000 ? '' : `${lead}${formatDuration(expectedMs)}`
}

/** `metrics["eval.json"].auc > 0.8 (metrics["eval.json"].auc = 0.75)` */
export function conditionText({ text, found }: UnmetCondition): string {
  return showControls(found === '' ? text : `${text} (${found})`)
}

/** Why an attempt failed, in a few words. `took`: how long it ran, if that is to be told. */
export function describeFailure(reason: FailureReason | undefined, took: string | undefined): string {
  const after = took === undefined ? '' : ` after ${took}`
  switch (reason?.kind) {
    case undefined:
      return `failed${after}`
    case 'exit':
      return `exit ${reason.code}${inBrackets(signalOf(reason))}${after}${memoryText(reason)}`
    case 'signal':
      return `ended by ${reason.signal}${after}${memoryText(reason)}`
    case 'timeout':
      return `took longer than ${formatDuration(reason.afterMs)} and was ended`
    case 'problem':
      return `${reason.code}: ${showControls(reason.message)}`
    default:
      return unreachable(reason)
  }
}

function inBrackets(signal: string | undefined): string {
  return signal === undefined ? '' : ` (${signal})`
}

function memoryText(reason: FailureReason & { readonly kind: 'exit' | 'signal' }): string {
  if (reason.memory === 'kernel')
    return ' – most likely out of memory: the kernel ended processes for lack of it meanwhile'
  if (reason.memory === 'log') return ' – out of memory, as its last words say'
  return signalOf(reason) === 'SIGKILL' ? ' – killed from outside; nothing speaks for lack of memory' : ''
}
