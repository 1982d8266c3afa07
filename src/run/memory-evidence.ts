import { lastLines } from '../base/last-lines.ts'
import { memoryKills } from '../base/platform.ts'
import type { FailureReason } from './events.ts'
import { signalOf } from './should-retry.ts'

/** Finds out whether commands of a run failed for lack of memory. */
export class MemoryWatch {
  readonly #now: () => number
  #looked = -Infinity
  #kills = 0

  /** `now`: in ms. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** How many processes the kernel has ended for lack of memory; look before a command starts. Short commands share a
   * look: the kernel takes longer to answer than some of them to run. */
  look(): number {
    const now = this.#now()
    if (now - this.#looked > sharedMs) [this.#looked, this.#kills] = [now, memoryKills()]
    return this.#kills
  }

  /** The reason, with what speaks for lack of memory. `before`: what a look before it started gave; `log`: what it printed. */
  explain(reason: FailureReason, before: number, log: string): FailureReason {
    if (reason.kind !== 'exit' && reason.kind !== 'signal') return reason
    if (signalOf(reason) === 'SIGKILL' && memoryKills() > before) return { ...reason, memory: 'kernel' }
    return lastLines(log, searchedLines).some((line) => words.test(line)) ? { ...reason, memory: 'log' } : reason
  }
}

const sharedMs = 1000
const searchedLines = 20

// Python, C, Java, Node, R, CUDA.
const words =
  /\bMemoryError\b|cannot allocate memory|out of memory|\bOutOfMemoryError\b|\bbad_alloc\b|cannot allocate vector/i
