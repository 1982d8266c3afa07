import { posix } from 'node:path'
import type { Value } from '../base/value.ts'
import type { ArtifactKind } from './artifact.ts'

/** What the project itself says of a dep or out. */
export interface KindHints {
  readonly metric?: boolean
  readonly plot?: boolean
  /** `type:` of an out, as written. */
  readonly type?: Value | undefined
}

/** Guesses the kind of data behind a path, from DVC's hints and the extension. A wrong guess costs nothing but a label. */
export function inferKind(path: string, { metric = false, plot = false, type }: KindHints = {}): ArtifactKind {
  if (metric) return 'metrics'
  const byExtension = extensions.get(extensionOf(path))
  if (plot && byExtension !== 'image') return 'plot'
  if (type === 'model') return 'model'
  if (path.endsWith('/')) return 'directory'
  return byExtension ?? 'file'
}

// The last extension that is no compression: `.csv.gz` is a table.
function extensionOf(path: string): string {
  const name = posix.basename(path.toLowerCase())
  if (/\.(tar\.(gz|bz2|xz|zst)|tgz)$/.test(name)) return '.tar'
  return posix.extname(name.replace(/\.(gz|bz2|xz|zst)$/, '')) || posix.extname(name)
}

const kinds: Readonly<Partial<Record<ArtifactKind, string>>> = {
  table: 'csv tsv parquet arrow feather orc xlsx xls jsonl ndjson',
  json: 'json geojson',
  tensor: 'npy npz safetensors h5 hdf5 zarr nc',
  model: 'pkl pickle joblib pt pth ckpt onnx keras pb tflite cbm bst gguf rds',
  image: 'png jpg jpeg gif svg webp bmp tif tiff',
  text: 'txt md rst log html tex',
  archive: 'zip tar gz bz2 xz zst 7z',
  database: 'db sqlite sqlite3 duckdb',
}

const extensions: ReadonlyMap<string, ArtifactKind> = new Map(
  Object.entries(kinds).flatMap(([kind, names]) => names.split(' ').map((name) => [`.${name}`, kind as ArtifactKind])),
)
