import { constants } from 'node:os'
import { lastLines } from '../base/last-lines.ts'
import { unreachable } from '../base/unreachable.ts'
import type { RetryCondition, RetryPolicy } from '../policy/stage-policy.ts'
import type { FailureReason } from './events.ts'

/** Whether an attempt that failed for that reason may be tried again. What a problem of ours is the reason for (a missing
 * dep, a full disk) never gets better by running the command once more. */
export function shouldRetry({ on }: RetryPolicy, reason: FailureReason, log: string | undefined): boolean {
  if (reason.kind === 'problem') return false
  if (on === undefined) return !lacksMemory(reason)
  const lines = log !== undefined && on.some(({ kind }) => kind === 'log') ? lastLines(log, searchedLines) : []
  return on.some((condition) => holds(condition, reason, lines))
}

const searchedLines = 200
// An expression can take a time that grows much faster than the line.
const searchedColumns = 2000

function holds(condition: RetryCondition, reason: FailureReason, lines: readonly string[]): boolean {
  switch (condition.kind) {
    case 'exit':
      return reason.kind === 'exit' && reason.code === condition.code
    case 'signal':
      return signalOf(reason) === condition.signal
    case 'timeout':
      return reason.kind === 'timeout'
    case 'log': {
      const pattern = new RegExp(condition.pattern, 'u')
      return lines.some((line) => pattern.test(line.slice(0, searchedColumns)))
    }
    default:
      return unreachable(condition)
  }
}

// It would need as much the next time. SIGKILL is how the kernel ends what needs too much.
function lacksMemory(reason: FailureReason): boolean {
  return signalOf(reason) === 'SIGKILL' || ('memory' in reason && reason.memory !== undefined)
}

/** The signal that ended a command; a shell whose command is killed by signal n exits with 128 + n. */
export function signalOf(reason: FailureReason): string | undefined {
  if (reason.kind === 'signal') return reason.signal
  if (reason.kind !== 'exit') return undefined
  return Object.entries(constants.signals).find(([, number]) => number === reason.code - 128)?.[0]
}
