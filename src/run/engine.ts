import type { Problem } from '../base/problem.ts'
import type { PathHash } from '../cache/hashing.ts'
import type { Stage } from '../model/stage.ts'
import type { StageRecord } from '../project/record.ts'
import type { FailureReason } from './events.ts'

/** Carries out one attempt of a stage, here or elsewhere. The runner owns order, limits, retries, cancelling and the
 * commit of results; an engine owns the process. */
export interface Engine {
  readonly name: string
  /** Never rejects for what a command does; rejects only for a bug of the engine. `signal` asks for a gentle end;
   * the engine answers when nothing of the attempt is left running. */
  run(attempt: AttemptRequest, signals: AttemptSignals): Promise<StageResult>
}

export interface AttemptRequest {
  readonly stage: Stage
  /** What the project recorded before; an unchanged DVC 2.x hash stays one. */
  readonly previous: StageRecord | undefined
  /** DVC's address as seen from the directory the command was called in; becomes `DVC_STAGE`. */
  readonly address: string
  /** From 1. */
  readonly attempt: number
  /** The file that receives the output, byte for byte. */
  readonly log: string
  /** Added to the inherited environment. */
  readonly env: Readonly<Record<string, string>>
  readonly onCommand: (command: string) => void
  /** All commands have ended well, and results are looked at next. Others may start meanwhile. */
  readonly onCommandsEnded: () => void
  readonly warn: (problem: Problem) => void
}

export interface AttemptSignals {
  /** Aborted on the first Ctrl-C: end gently. */
  readonly stop: AbortSignal
  /** Aborted on the second: kill. */
  readonly kill: AbortSignal
}

/** Hashes of a stage's outs by definition path; a directory's lists its files. */
export type OutHashes = ReadonlyMap<string, PathHash>

/** Everything that committing a result needs, as data: it may come from another machine. */
export type StageResult =
  | {
      readonly outcome: 'succeeded'
      readonly exit: 0
      readonly record: StageRecord
      readonly hashes: OutHashes
      readonly warnings: readonly Problem[]
      readonly log: string
    }
  | {
      readonly outcome: 'failed'
      readonly exit: number | undefined
      readonly reason: FailureReason
      readonly problems: readonly Problem[]
      readonly log: string
    }
  | { readonly outcome: 'cancelled'; readonly exit: number | undefined; readonly log: string }
