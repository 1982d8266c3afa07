import type { Problem } from '../base/problem.ts'
import type { Result } from '../base/result.ts'
import type { ValueMap } from '../base/value.ts'
import type { LocalHashName } from '../cache/hash/hash-file.ts'
import type { PathDigest } from '../cache/hashing.ts'
import type { WebData } from '../cache/web/web-data.ts'
import type { HashName } from '../project/record.ts'

/** What a verdict needs to know of the disk. Paths are absolute. */
export interface WorkspaceView {
  /** The DVC root. */
  readonly root: string
  /** Links are not followed; an out that .dvcignore hides counts as missing. */
  exists(path: string, as: 'dep' | 'out'): boolean
  digest(path: string, hashName: LocalHashName): Promise<Result<PathDigest>>
  /** What a server says of a file; `undefined`: there is none. */
  lookAtUrl(url: string): Promise<Result<WebData | undefined>>
  /** The commit that a revision of another repository is now; without `rev`, of its default branch. */
  revisionOf(repo: {
    readonly url: string
    readonly rev: string | undefined
    readonly known: string | undefined
  }): Promise<Result<string>>
  /** The object is in the cache, a directory's with all its members. */
  isCached(hashName: HashName, oid: string): Promise<boolean>
  /** Why nothing may be changed or deleted there; `undefined`: it may. */
  refuse(path: string): Problem | undefined
}

/** What a plan needs to know besides. */
export interface CacheView extends WorkspaceView {
  readonly runCache: { find(entry: ValueMap, warn?: (problem: Problem) => void): Promise<ValueMap | undefined> }
}
