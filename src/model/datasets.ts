import { compareCodePoints } from '../base/order.ts'
import { pythonEquals } from '../base/python-equal.ts'
import { isList, isMap, type Scalar, type Value, type ValueMap } from '../base/value.ts'

/** An entry of `datasets:` in a dvc.yaml and the one of its name in the dvc.lock beside it (DVC: `repo/datasets.py`). */
export interface WrittenDataset {
  readonly name: string
  /** With its templates filled in. */
  readonly spec: ValueMap
  readonly locked: Value | undefined
}

/** What a stage that depends on a dataset is compared with, and records: the entry in dvc.lock. `unlocked`: there is none.
 * `outdated`: dvc.yaml has been edited since. `unknown`: no dvc.yaml has a dataset of that name. */
export type DatasetState = 'unknown' | 'unlocked' | 'outdated' | ValueMap

/** The state of each dataset, by name. Names count for the whole project; the last of several wins. */
export function datasetStates(datasets: readonly WrittenDataset[]): ReadonlyMap<string, DatasetState> {
  return new Map(datasets.map(({ name, spec, locked }) => [name, stateOf(spec, locked)]))
}

function stateOf(spec: ValueMap, locked: Value | undefined): DatasetState {
  const lock = lockedDataset(locked)
  if (lock === undefined) return 'unlocked'
  const keys = ['name', 'url', 'type', ...(spec.get('type') === 'dvc' ? ['path', 'rev'] : [])]
  return keys.every((key) => pythonEquals(given(spec, key), given(lock, key))) ? lock : 'outdated'
}

/** What a stage records of a dataset: the known keys in DVC's order, without those that say nothing. `undefined`: no such
 * entry. */
export function lockedDataset(value: Value | undefined): ValueMap | undefined {
  if (!isMap(value)) return undefined
  const known = keysByType.get(value.get('type') ?? null)
  if (known === undefined || known.required.some((key) => !value.has(key))) return undefined
  const entry = pick(value, ['name', 'url', 'type', ...known.keys])
  const [meta, files] = [entry.get('meta'), entry.get('files')]
  if (isMap(meta)) entry.set('meta', pick(meta, metaKeys))
  if (isList(files)) entry.set('files', files.filter(isMap).map(fileOf).toSorted(byPath))
  return entry
}

interface KnownKeys {
  readonly keys: readonly string[]
  readonly required: readonly string[]
}

const keysByType: ReadonlyMap<Scalar | Value, KnownKeys> = new Map([
  ['dvc', { keys: ['path', 'rev', 'rev_lock'], required: ['name', 'url', 'rev_lock'] }],
  ['dc', { keys: ['version', 'created_at'], required: ['name', 'url', 'version', 'created_at'] }],
  ['url', { keys: ['meta', 'files'], required: ['name', 'url', 'meta'] }],
])

// DVC: dvc-data, `hashfile/meta.py::Meta`.
const metaKeys = 'isdir size nfiles isexec version_id etag checksum md5 inode mtime remote'.split(' ')

function fileOf(file: ValueMap): ValueMap {
  const entry = pick(file, ['relpath', 'meta'])
  const meta = entry.get('meta')
  return isMap(meta) ? entry.set('meta', pick(meta, metaKeys)) : entry
}

function byPath(a: ValueMap, b: ValueMap): number {
  return compareCodePoints(pathOf(a), pathOf(b))
}

function pathOf(file: ValueMap): string {
  const path = file.get('relpath')
  return typeof path === 'string' ? path : ''
}

function pick(map: ValueMap, keys: readonly string[]): Map<Scalar, Value> {
  return new Map(keys.flatMap((key): [string, Value][] => (isGiven(map.get(key)) ? [[key, map.get(key)!]] : [])))
}

// What is the default is not written.
function isGiven(value: Value | undefined): boolean {
  return (
    value !== undefined && value !== null && value !== false && value !== '' && !(isList(value) && value.length === 0)
  )
}

function given(map: ValueMap, key: string): Value {
  const value = map.get(key)
  return value !== undefined && isGiven(value) ? value : null
}
