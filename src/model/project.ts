import type { Problem } from '../base/problem.ts'
import type { DvcConfig } from '../project/dvc-config.ts'
import type { StageRecord } from '../project/record.ts'
import type { Stage, StageId } from './stage.ts'

/** Everything known of a DVC project before anything is hashed. */
export interface Project {
  /** Absolute path of the DVC root. */
  readonly root: string
  readonly config: DvcConfig
  /** In collection order: by file (code point order, a folder's files before its subfolders), then by position. */
  readonly stages: readonly Stage[]
  readonly records: ReadonlyMap<StageId, StageRecord>
  /** Everything that does not resolve; stages concerned are left out of `stages`. */
  readonly problems: readonly Problem[]
}
