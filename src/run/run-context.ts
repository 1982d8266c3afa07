import type { Problem } from '../base/problem.ts'
import type { Workspace } from '../cache/workspace.ts'
import type { Git } from '../git/git.ts'
import type { Project } from '../model/project.ts'
import type { AttemptSignals, Engine } from './engine.ts'
import type { TaskId } from './task-id.ts'
import type { RunPolicies } from './run-policies.ts'
import type { RunEvent, RunId, TaskResult, UnmetCondition } from './events.ts'

/** Everything a run works with. */
export interface RunContext {
  readonly project: Project
  readonly workspace: Workspace
  /** Absent: outs are not git-ignored. */
  readonly git: Git | undefined
  readonly engine: Engine
  /** Most stages at once. */
  readonly jobs: number
  /** Where the command was called: addresses handed to stages are relative to it, as in DVC. */
  readonly cwd: string
  /** How long to wait for a lock that another DVC process holds. */
  readonly lockTimeoutMs: number
  readonly signals: AttemptSignals
  readonly clock: () => Date
  readonly onEvent: (event: RunEvent) => void
  /** What restage.yaml and the stages' `meta` ask for. @default nothing */
  readonly policies?: RunPolicies
  /** How long stages took before, in ms by their address as seen from the DVC root: the longest way starts first. */
  readonly durations?: ReadonlyMap<string, number>
  /** Ends the run or one of its stages from elsewhere. */
  readonly control?: RunControl
  /** Asks before each stage (`--interactive`). Absent: nobody can be asked, so nothing is confirmed. */
  readonly confirm?: (address: string) => Promise<boolean>
}

/** How somebody else reaches into a run. */
export interface RunControl {
  /** Called once, with what ends the run (`task` undefined) or one of its tasks. Returns what stops listening. */
  readonly listen: (run: RunId, request: (task: TaskId | undefined, how: 'gently' | 'kill') => void) => () => void
}

/** What is left of a run when it has ended. */
export interface RunSummary {
  readonly run: RunId
  readonly exitCode: number
  /** In order of start; tasks that never started follow in plan order. */
  readonly tasks: readonly TaskSummaryLine[]
  readonly problems: readonly Problem[]
  /** Files that git should take: lock files, .dvc files, ignore files; absolute paths. */
  readonly changedFiles: readonly string[]
}

export interface TaskSummaryLine {
  /** The stage's address as seen from the DVC root. */
  readonly address: string
  readonly result: TaskResult
  /** Exit code of the command, where one ran and was not killed. */
  readonly exit: number | null
  /** Of a stage that was skipped by condition. */
  readonly condition?: UnmetCondition
  /** Of a blocked stage: for want of what a stage would make that was skipped by condition. That is no failure. */
  readonly isWithheld?: boolean
}
