import type { Value, ValueMap } from '../base/value.ts'

/** The two digests DVC shows as `md5`, and what other filesystems offer (`dvc-data`, hash names).
 * `md5-dos2unix` is DVC 2.x: text has CRLF read as LF, objects stand in the old cache layout. */
export type HashName = 'md5' | 'md5-dos2unix' | 'etag' | 'checksum'

/** What dvc.lock or a .dvc file holds for one dep or out. */
export interface ItemRecord {
  readonly hashName: HashName
  /** Hex digest, with `.dir` for a directory; absent if nothing was recorded. */
  readonly hash: string | undefined
  readonly size: number | undefined
  readonly nfiles: number | undefined
  readonly isexec: boolean
  /** Keys that are kept but not used here: version_id, cloud, files, etag beside md5 … */
  readonly extra: ValueMap
}

/** What the project recorded of a stage when it last ran: its entry in dvc.lock, or the hashes in its .dvc file.
 * Keys of `deps`, `outs` and `params` are definition paths. */
export interface StageRecord {
  readonly cmd: Value | undefined
  readonly deps: ReadonlyMap<string, ItemRecord>
  readonly params: ReadonlyMap<string, ReadonlyMap<string, Value>>
  readonly outs: ReadonlyMap<string, ItemRecord>
  /** The digest of an import's definition (`md5` at the top of its .dvc file). */
  readonly definitionMd5: string | undefined
}
