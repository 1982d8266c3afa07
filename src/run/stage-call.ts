import type { Problem } from '../base/problem.ts'
import type { TimeoutPolicy } from '../policy/stage-policy.ts'
import type { AttemptSignals } from './engine.ts'
import type { StageId } from '../model/stage.ts'
import type { FailureReason, TaskResult, UnmetCondition } from './events.ts'

/** How the handling of one stage ended. */
export interface StageOutcome {
  readonly result: TaskResult
  readonly exit?: number
  readonly reason?: FailureReason
  readonly problems?: readonly Problem[]
  /** Of a stage that is skipped by condition. */
  readonly condition?: UnmetCondition
  /** Of a blocked stage: the one that was to make what is missing. */
  readonly blockedBy?: StageId
  /** Of the commands, where some ran. */
  readonly log?: string
}

/** What the handling of a stage tells. */
export interface StageListener {
  attemptStarted(log: string): void
  commandStarted(command: string): void
  warn(problem: Problem): void
  /** Others work on a path of the stage. */
  lockAwaited(path: string, holders: string): void
}

/** One handling of a stage: what it works with, and what it tells. */
export interface StageCall extends StageListener {
  readonly forced: boolean
  /** From 1. */
  readonly attempt: number
  readonly signals: AttemptSignals
  readonly timeout: TimeoutPolicy | undefined
  /** Added to the environment of the commands. */
  readonly env: Readonly<Record<string, string>>
  /** What must not be seen in the log. */
  readonly secrets: readonly string[]
  /** All commands have ended well; others may start. */
  commandsEnded(): void
}
