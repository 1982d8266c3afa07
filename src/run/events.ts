import type { Decision, TaskCondition } from '../plan/plan.ts'
import type { Reason } from '../plan/reasons.ts'
import type { TaskId } from './task-id.ts'

/** A run's name: a time stamp and a few random letters, so that ids sort by start. */
export type RunId = string & { readonly __brand: 'RunId' }

/** UTC, ISO 8601 with milliseconds. */
export type Instant = string & { readonly __brand: 'Instant' }

/** How a task ended, as `run --json` says it. */
export type TaskResult =
  | 'ran'
  | 'restored'
  | 'pulled'
  | 'verified'
  | 'imported'
  | 'skipped'
  | 'frozen'
  | 'blocked'
  | 'failed'
  | 'cancelled'

/** Why an attempt failed. */
export type FailureReason =
  | { readonly kind: 'exit'; readonly code: number; readonly command: string; readonly memory?: MemoryEvidence }
  | { readonly kind: 'signal'; readonly signal: string; readonly command: string; readonly memory?: MemoryEvidence }
  /** It took longer than it may, in ms. */
  | { readonly kind: 'timeout'; readonly afterMs: number }
  /** Everything but the command: a missing dep or out, a full disk, a lock that was not free. */
  | { readonly kind: 'problem'; readonly code: string; readonly message: string; readonly hint?: string }

/** What speaks for lack of memory: the kernel ended processes for it meanwhile, or the program said so itself. */
export type MemoryEvidence = 'kernel' | 'log'

/** Why a stage was skipped by condition. */
export interface UnmetCondition {
  /** As written. */
  readonly text: string
  /** The values that it rests on. */
  readonly found: string
}

/** The product told as types. Terminal, JSON, store, browser and metrics read this one stream; on the wire each event
 * carries `v` and `seq` besides. */
export type RunEvent =
  | {
      readonly type: 'run-started'
      readonly run: RunId
      readonly at: Instant
      readonly jobs: number
      readonly tasks: readonly TaskSummary[]
    }
  | {
      readonly type: 'task-started'
      readonly run: RunId
      readonly task: TaskId
      readonly at: Instant
      readonly reasons: readonly Reason[]
    }
  | {
      readonly type: 'attempt-started'
      readonly run: RunId
      readonly task: TaskId
      readonly attempt: number
      readonly at: Instant
      readonly log: string
    }
  | {
      readonly type: 'command-started'
      readonly run: RunId
      readonly task: TaskId
      readonly attempt: number
      readonly at: Instant
      readonly command: string
    }
  | {
      readonly type: 'attempt-failed'
      readonly run: RunId
      readonly task: TaskId
      readonly attempt: number
      readonly at: Instant
      readonly reason: FailureReason
      readonly willRetryInMs: number | undefined
    }
  | {
      readonly type: 'task-ended'
      readonly run: RunId
      readonly task: TaskId
      readonly at: Instant
      readonly result: TaskResult
      readonly durationMs: number
      readonly exit: number | undefined
      readonly reason: FailureReason | undefined
      readonly blockedBy: TaskId | undefined
      /** Of a stage that was skipped by condition. */
      readonly condition?: UnmetCondition | undefined
      /** Of a blocked stage: for want of what a stage would make that was skipped by condition. That is no failure. */
      readonly isWithheld?: boolean
    }
  | {
      readonly type: 'warning'
      readonly run: RunId
      readonly task: TaskId | undefined
      readonly at: Instant
      readonly code: string
      readonly message: string
    }
  /** Of one stage; of the whole run it is `stop-requested`. */
  | { readonly type: 'cancel-requested'; readonly run: RunId; readonly task: TaskId; readonly at: Instant }
  | {
      readonly type: 'stop-requested'
      readonly run: RunId
      readonly at: Instant
      readonly how: 'gently' | 'kill'
      readonly cause: StopCause
    }
  | {
      readonly type: 'run-ended'
      readonly run: RunId
      readonly at: Instant
      readonly durationMs: number
      readonly exitCode: number
      readonly counts: Readonly<Partial<Record<TaskResult, number>>>
    }

/** Who wants a run to end: a signal to its process, a request from elsewhere, its deadline, or a bug of ours. */
export type StopCause = 'signal' | 'request' | 'deadline' | 'bug'

export interface TaskSummary {
  readonly task: TaskId
  /** The stage's address as seen from the DVC root. */
  readonly address: string
  readonly decision: Decision
  readonly needs: readonly TaskId[]
  readonly condition?: Pick<TaskCondition, 'text' | 'outlook'>
  /** How long it took lately, in ms; absent: nobody knows, or nobody asked. */
  readonly expectedMs?: number
}
