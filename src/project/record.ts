import type { Value, ValueMap } from '../base/value.ts'

/** The two digests DVC shows as `md5`, and what other filesystems offer (dvc-data, hash names).
 * `md5-dos2unix` is DVC 2.x: text has CRLF read as LF, and its objects stand in the old cache layout. */
export type HashName = 'md5' | 'md5-dos2unix' | 'etag' | 'checksum'

/** What dvc.lock or a .dvc file holds for one dep or out. */
export interface ItemRecord {
  /** The definition path. */
  readonly path: string
  readonly hashName: HashName
  /** Hex digest, with `.dir` for a directory; absent if nothing was recorded. */
  readonly hash: string | undefined
  /** Bytes; of a directory the sum over its files. */
  readonly size: number | undefined
  /** Files in a directory. */
  readonly nfiles: number | undefined
  readonly isexec: boolean
  /** Keys that are kept but not used here: version_id, cloud, files, etag beside md5 … */
  readonly extra: ValueMap
}

/** What the project recorded of a stage when it last ran: its entry in dvc.lock, or the hashes in its .dvc file. */
export interface StageRecord {
  readonly cmd: Value | undefined
  /** In stage order when made by a run; as they stand in the file when read. */
  readonly deps: readonly ItemRecord[]
  /** File as written → key as written → value. */
  readonly params: ReadonlyMap<string, ValueMap>
  readonly outs: readonly ItemRecord[]
  /** The digest of an import's definition (`md5` at the top of its .dvc file). */
  readonly definitionMd5: string | undefined
}

/** The record of a path of which no hash is kept. */
export function unhashedRecord(path: string): ItemRecord {
  return {
    path,
    hashName: 'md5',
    hash: undefined,
    size: undefined,
    nfiles: undefined,
    isexec: false,
    extra: new Map(),
  }
}

/** The record of one path; the last one wins, as in DVC (`stage/loader.py::fill_from_lock`). */
export function findItem(items: readonly ItemRecord[], path: string): ItemRecord | undefined {
  return items.findLast((item) => item.path === path)
}
