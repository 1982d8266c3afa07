/** Typed data between tasks. Stands on every dep and out; what is not known yet is `file`, which always runs.
 *
 * Only `kind` is inferred for now, from the extension and from DVC's own hints; schema, statistics and confidence join
 * it when `types/` looks into the data. */
export interface ArtifactRef {
  /** As the stage's dep or out is resolved: absolute local path, or URL. */
  readonly target: string
  readonly kind: ArtifactKind
}

export type ArtifactKind =
  | 'table'
  | 'json'
  | 'params'
  | 'metrics'
  | 'plot'
  | 'tensor'
  | 'model'
  | 'image'
  | 'text'
  | 'archive'
  | 'database'
  | 'directory'
  | 'file'
