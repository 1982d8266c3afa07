import type { Problem } from '../base/problem.ts'
import type { PathDigest } from '../cache/hashing.ts'
import type { Stage } from '../model/stage.ts'
import type { TrackedParams } from '../project/params/read-tracked-params.ts'
import type { StageRecord } from '../project/record.ts'

/** Why a stage is not up to date; stable codes, shown by `plan`, `why`, `status --json`. */
export type ReasonCode =
  | 'dep.modified'
  | 'dep.deleted'
  | 'dep.update_available'
  | 'dep.not_in_sync'
  | 'param.new'
  | 'param.changed'
  | 'param.deleted'
  | 'cmd.changed'
  | 'definition.changed'
  | 'out.missing'
  | 'out.modified'
  | 'out.not_in_cache'
  | 'lock.missing'
  | 'always_changed'
  | 'upstream.ran'
  | 'forced'
  | 'condition.unmet'
  | 'condition.open'

export interface Reason {
  readonly code: ReasonCode
  /** Definition path of the dep or out, or the params file. */
  readonly path?: string
  /** The params key. */
  readonly key?: string
  /** Shown as `before → after`; texts of hashes, values or commands. */
  readonly before?: string
  readonly after?: string
  /** Address of the upstream stage for `upstream.ran` and `condition.open`. */
  readonly stage?: string
  /** The condition as written, for `condition.unmet` and `condition.open`; the values that it rests on stand in `after`. */
  readonly condition?: string
}

/** DVC's words for one entry (`dvc status`). */
export type EntryState = 'modified' | 'deleted' | 'new' | 'not in cache' | 'update available' | 'not in sync'

/** What `dvc status` says of one stage, and what was found out on the way. */
export interface StageStatus {
  readonly stage: Stage
  /** What the stage was compared with. */
  readonly record: StageRecord | undefined
  /** Definition path → state; a params file → state per key, or `new`/`deleted` as a whole. Empty for a frozen stage. */
  readonly deps: ReadonlyMap<string, EntryState | ReadonlyMap<string, EntryState>>
  readonly outs: ReadonlyMap<string, EntryState>
  readonly alwaysChanged: boolean
  /** The recorded command differs. */
  readonly commandChanged: boolean
  /** An import's definition differs from its digest. */
  readonly checksumChanged: boolean
  readonly reasons: readonly Reason[]
  /** The hashes taken, by absolute path: of each dep (unless frozen) and out that exists, under the recorded hash name. */
  readonly hashes: ReadonlyMap<string, PathDigest>
  /** The values of tracked params as they are now, by `savedPath`; files that do not exist are left out. */
  readonly params: ReadonlyMap<string, TrackedParams>
  /** What does not matter to the verdict but will make the stage fail when it runs. */
  readonly faults: readonly Problem[]
}
