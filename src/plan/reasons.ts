/** Why a stage is not up to date; stable codes, shown by `plan`, `why`, `status --json`. */
export type ReasonCode =
  | 'dep.modified'
  | 'dep.deleted'
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

export interface Reason {
  readonly code: ReasonCode
  /** Definition path of the dep or out, or the params file. */
  readonly path?: string
  /** The params key. */
  readonly key?: string
  /** Shown as `before → after`; texts of hashes, values or commands. */
  readonly before?: string
  readonly after?: string
  /** Address of the upstream stage for `upstream.ran`. */
  readonly stage?: string
}

/** DVC's words for one entry (`dvc status`). */
export type EntryState = 'modified' | 'deleted' | 'new' | 'not in cache' | 'update available' | 'not in sync'

/** What `dvc status` says of one stage; all parts empty means up to date. */
export interface StageStatus {
  /** Definition path → state; a params file → state per key, or `new`/`deleted` as a whole. */
  readonly deps: ReadonlyMap<string, EntryState | ReadonlyMap<string, EntryState>>
  readonly outs: ReadonlyMap<string, EntryState>
  readonly alwaysChanged: boolean
  /** The recorded command differs. */
  readonly commandChanged: boolean
  /** An import's definition differs from its digest. */
  readonly checksumChanged: boolean
  readonly reasons: readonly Reason[]
}
