import { lastLines } from '../base/last-lines.ts'
import { memoryKills } from '../base/platform.ts'
import type { FailureReason } from './events.ts'
import { signalOf } from './should-retry.ts'

/** Finds out whether a command failed for lack of memory. Open it before the command starts. */
export class MemoryWatch {
  readonly #before = killsLately()

  /** The reason, with what speaks for lack of memory. `log`: what the command printed. */
  explain(reason: FailureReason, log: string): FailureReason {
    if (reason.kind !== 'exit' && reason.kind !== 'signal') return reason
    if (signalOf(reason) === 'SIGKILL' && memoryKills() > this.#before) return { ...reason, memory: 'kernel' }
    return lastLines(log, searchedLines).some((line) => words.test(line)) ? { ...reason, memory: 'log' } : reason
  }
}

// Commands that start within a moment share a reading: it costs as much as all else that is asked of the system for one.
let known: { readonly kills: number; readonly at: number } | undefined

function killsLately(): number {
  if (known === undefined || performance.now() - known.at > 1000)
    known = { kills: memoryKills(), at: performance.now() }
  return known.kills
}

const searchedLines = 20

// Python, C, Java, Node, R, CUDA.
const words =
  /\bMemoryError\b|cannot allocate memory|out of memory|\bOutOfMemoryError\b|\bbad_alloc\b|cannot allocate vector/i
