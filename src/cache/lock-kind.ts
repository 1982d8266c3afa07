import type { Result } from '../base/result.ts'

/** A lock file that is held: nobody else's DVC gets it until `release`, or until this process ends in whatever way. */
export interface HeldLock {
  release(): Promise<void>
}

/** A lock that somebody else has. */
export interface LockBusy {
  /** Relative to the project's root. */
  readonly file: string
  /** Words for who has it: `PID 4711 (dvc repro)`. */
  readonly holder: string
}

export interface LockPatience {
  /** How long to wait for another holder, in ms; `Infinity` waits for ever. */
  readonly waitMs: number
  /** Called once when there is another holder, with words for it and the file it holds. */
  readonly onWait?: ((holder: string, file: string) => void) | undefined
  /** For how long nothing is told, in ms. @default 0 */
  readonly quietMs?: number
  /** Ends the waiting soon after it is aborted. */
  readonly signal?: AbortSignal | undefined
}

/** One of the two ways in which DVC keeps others out (`lock.py::make_lock`). Both use the same names of files. */
export interface LockKind {
  /** `unavailable`: the system has no means for it. */
  tryTake(file: string): Promise<Result<HeldLock> | 'busy' | 'unavailable'>
  /** True if somebody has it, as far as that shows without trying. */
  isHeld(file: string): boolean
  /** Words for who has it: `PID 4711 (dvc repro)`. */
  holder(file: string): string
}
