import type { Problem } from '../base/problem.ts'
import type { Stage } from '../model/stage.ts'
import type { Reason } from './reasons.ts'

/** What a plan decides for a stage.
 * run: it will run. maybe: only if a result upstream really differs. restore: the run cache holds its results.
 * pull: only its data is missing. verify: it has no command, its data is committed. import: its source is read again.
 * skip: unchanged. frozen: only its outs are verified. blocked: it cannot run. */
export type Decision = 'run' | 'maybe' | 'restore' | 'pull' | 'verify' | 'import' | 'skip' | 'frozen' | 'blocked'

/** A plan is a workflow of tasks, to any depth; today each stage is one task of the root workflow. */
export interface Plan {
  readonly root: WorkflowTask
  readonly options: ReproOptions
}

export type PlannedTask = StageTask | WorkflowTask

export interface WorkflowTask {
  readonly kind: 'workflow'
  /** Unique among its siblings. */
  readonly name: string
  readonly tasks: readonly PlannedTask[]
}

export interface StageTask {
  readonly kind: 'stage'
  /** The stage's address as seen from the DVC root; unique among its siblings. */
  readonly name: string
  readonly stage: Stage
  readonly decision: Decision
  readonly reasons: readonly Reason[]
  /** Names of sibling tasks that must end first. */
  readonly needs: readonly string[]
  /** Place in the order in which a serial `dvc repro` of the same targets would handle it, from 0. New lock entries and
   * ignore lines stand in this order. */
  readonly rank: number
  readonly forced: boolean
  /** What must hold for the stage to be handled; absent: nothing. */
  readonly condition?: TaskCondition
  /** Names of further sibling tasks that must end first, because they make what the condition looks into. */
  readonly waits?: readonly string[]
  /** Set for a blocked task. */
  readonly blocked?: Blockage
}

/** A condition as far as it can be told beforehand. `unmet`: the stage is skipped, whatever has changed. `open`: earlier
 * tasks may change what it looks into. */
export interface TaskCondition {
  readonly text: string
  readonly outlook: 'met' | 'unmet' | 'open'
  /** The files that it looks into, absolute. */
  readonly reads: readonly string[]
}

/** What keeps a task from running, as far as it can be told beforehand. */
export interface Blockage {
  /** Names of sibling tasks that are blocked themselves, or skipped by condition; empty if the cause is here. */
  readonly by: readonly string[]
  /** All for want of what stages would make that are skipped by condition: no failure. */
  readonly isWithheld?: boolean
  readonly problems: readonly Problem[]
}

/** What `dvc repro` and `restage run` are asked for, every field present. */
export interface ReproOptions {
  readonly force: boolean
  readonly forceDownstream: boolean
  readonly singleItem: boolean
  readonly onError: 'fail' | 'keep-going' | 'ignore'
  readonly dry: boolean
  readonly commit: boolean
  readonly runCache: boolean
  readonly pull: boolean
  readonly allowMissing: boolean
  readonly interactive: boolean
}
