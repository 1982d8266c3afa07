import type { SourceRange } from '../base/problem.ts'
import type { ValueMap } from '../base/value.ts'
import type { ArtifactRef } from './artifact.ts'
import type { DatasetState } from './datasets.ts'

/** DVC's address with the file always named, relative to the DVC root: `dvc.yaml:fit`, `train/dvc.yaml:fit@resnet`,
 * `data/raw.dvc`. Unique in a project. */
export type StageId = string & { readonly __brand: 'StageId' }

/** One string is run line by line, a list item by item; both kept as written, because dvc.lock records them so. */
export type Command = string | readonly string[]

/** An entry of a `dvc.yaml` after templating, or a whole `.dvc` file. */
export interface Stage {
  readonly id: StageId
  /** The declaring file, relative to the DVC root. */
  readonly file: string
  /** Name in its `dvc.yaml`; empty for a `.dvc` file. */
  readonly name: string
  /** `pipeline`: of a dvc.yaml. `data`: made by `dvc add`. `import`: a .dvc file with one dep, one out and no command. */
  readonly kind: 'pipeline' | 'data' | 'import'
  /** Absent or empty: the stage never runs, its outs are only verified. */
  readonly cmd: Command | undefined
  /** Working directory, absolute. */
  readonly wdir: string
  /** File deps first, then params files by first mention (DVC: `stage/utils.py::fill_stage_dependencies`). */
  readonly deps: readonly Dep[]
  /** `outs`, then `metrics`, then `plots`, in the order of the document's keys in DVC's loader. */
  readonly outs: readonly Out[]
  readonly frozen: boolean
  readonly alwaysChanged: boolean
  readonly desc: string | undefined
  readonly meta: ValueMap | undefined
  /** Digest of what a .dvc file defines now, for files that have one: imports, and stages of old DVC versions. */
  readonly definitionMd5?: string
  /** The foreach or matrix group it was generated from. */
  readonly family: string | undefined
  readonly at: SourceRange
}

export type Dep = FileDep | ParamsDep | UrlDep | DatasetDep | RepoDep | DbDep

/** A local file or directory. */
export interface FileDep {
  readonly kind: 'file'
  /** The definition path: as written, only an absolute path inside the project is made relative to `wdir`. */
  readonly path: string
  /** Absolute, normalized. */
  readonly target: string
  /** Inside the DVC root and not written as an absolute path elsewhere (DVC: `output.py::is_in_repo`). */
  readonly inRepo: boolean
  readonly artifact: ArtifactRef
  readonly at: SourceRange
}

/** Keys of one parameters file. */
export interface ParamsDep {
  readonly kind: 'params'
  /** As written; dvc.lock is looked up by it. */
  readonly path: string
  /** Normalized relative to `wdir`; dvc.lock is written with it. */
  readonly savedPath: string
  readonly target: string
  readonly inRepo: boolean
  /** Tracked keys as written, duplicates kept; empty means the whole file. */
  readonly keys: readonly string[]
  readonly artifact: ArtifactRef
  readonly at: SourceRange
}

/** Data behind a URL (`s3://`, `https://`, `remote://name/…`). */
export interface UrlDep {
  readonly kind: 'url'
  readonly path: string
  readonly target: string
  readonly artifact: ArtifactRef
  readonly at: SourceRange
}

/** An entry of `datasets:` (`ds://name`). */
export interface DatasetDep {
  readonly kind: 'dataset'
  readonly path: string
  readonly name: string
  readonly state: DatasetState
  readonly at: SourceRange
}

/** True if it is on the web, where Node itself can read it. */
export function isWeb({ target }: UrlDep): boolean {
  return /^https?:\/\//i.test(target)
}

/** A path in another git repository (`dvc import`). */
export interface RepoDep {
  readonly kind: 'repo'
  readonly path: string
  /** The repository's, as written. */
  readonly url: string
  /** Branch, tag or commit; `undefined`: the default branch. */
  readonly rev: string | undefined
  /** The commit that the data was taken from. */
  readonly revLock: string | undefined
  readonly at: SourceRange
}

/** A database query (`dvc import-db`). */
export interface DbDep {
  readonly kind: 'db'
  readonly path: string
  readonly definition: ValueMap
  readonly at: SourceRange
}

export interface Out {
  /** The definition path, as for `FileDep`. dvc.lock records it. */
  readonly path: string
  /** Absolute and normalized; a URL where `scheme` is not `local`. */
  readonly target: string
  readonly scheme: 'local' | 'url'
  readonly inRepo: boolean
  /** Stored in the cache and git-ignored. */
  readonly cache: boolean
  /** Not removed before the command runs. */
  readonly persist: boolean
  readonly push: boolean
  readonly remote: string | undefined
  readonly metric: boolean
  readonly plot: boolean
  /** desc, type, labels, meta and plot properties, as written. */
  readonly annotations: ValueMap
  readonly artifact: ArtifactRef
  readonly at: SourceRange
}
