import { createHash } from 'node:crypto'
import { compareCodePoints } from '../../base/order.ts'
import { pythonJson } from '../../base/python-json.ts'
import { isList, isMap, noValues, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import type { HashName, ItemRecord, StageRecord } from '../record.ts'

/** The entry of dvc.lock for a record, in the order in which DVC writes it: deps and outs sorted by path, params.yaml
 * before other params files, params sorted by key (DVC: `stage/serialize.py::to_single_stage_lockfile`). */
export function toLockEntry(record: StageRecord): ValueMap {
  const entry = new Map<Scalar, Value>([['cmd', record.cmd ?? null]])
  if (record.deps.length > 0) entry.set('deps', toItems(record.deps))
  if (record.params.size > 0) entry.set('params', sortParams(record.params))
  if (record.outs.length > 0) entry.set('outs', toItems(record.outs))
  return entry
}

/** What an entry of dvc.lock records. The entry has to be valid (`readLock` checks it). */
export function fromLockEntry(entry: ValueMap): StageRecord {
  return {
    cmd: entry.get('cmd'),
    deps: fromItems(entry.get('deps')),
    params: fromParams(entry.get('params')),
    outs: fromItems(entry.get('outs')),
    definitionMd5: undefined,
  }
}

function toItems(items: readonly ItemRecord[]): readonly Value[] {
  return items.toSorted((a, b) => compareCodePoints(a.path, b.path)).map(toItem)
}

// `hash: md5` also stands beside an etag; only DVC 2.x digests go without. A dataset has no digest at all.
function toItem(item: ItemRecord): ValueMap {
  const entry = new Map<Scalar, Value>([['path', item.path]])
  if (item.extra.has('dataset')) return new Map([...entry, ...item.extra])
  if (item.hashName !== 'md5-dos2unix') entry.set('hash', 'md5')
  if (item.hash) entry.set(hashKey(item.hashName), item.hash)
  if (item.size !== undefined) entry.set('size', BigInt(item.size))
  if (item.nfiles !== undefined) entry.set('nfiles', BigInt(item.nfiles))
  if (item.isexec) entry.set('isexec', true)
  return new Map([...entry, ...item.extra])
}

/** The key under which a digest of this name is recorded. */
export function hashKey(name: HashName): Exclude<HashName, 'md5-dos2unix'> {
  return name === 'md5-dos2unix' ? 'md5' : name
}

const defaultParamsFile = 'params.yaml'

function sortParams(params: ReadonlyMap<string, ValueMap>): ValueMap {
  const files = [...params.keys()].sort(compareCodePoints)
  const ordered = files.includes(defaultParamsFile)
    ? [defaultParamsFile, ...files.filter((file) => file !== defaultParamsFile)]
    : files
  return new Map(ordered.map((file) => [file, sortKeys(params.get(file) ?? new Map())]))
}

// One level deep. Keys of a file that is tracked whole may be numbers.
function sortKeys(values: ValueMap): ValueMap {
  return new Map([...values].sort(([a], [b]) => compareKeys(a, b)))
}

function compareKeys(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b)
  if (a === null || b === null) return 0
  return a < b ? -1 : a > b ? 1 : 0
}

function fromItems(items: Value | undefined): readonly ItemRecord[] {
  return isList(items) ? items.filter(isMap).map(fromItem) : []
}

const itemKeys: ReadonlySet<Scalar> = new Set(['path', 'hash', 'size', 'nfiles', 'isexec'])

/** One item of `deps` or `outs`, of dvc.lock or of a .dvc file. An md5 without `hash` is DVC 2.x's. */
export function fromItem(item: ValueMap): ItemRecord {
  const hashName = hashNameOf(item)
  const hash = item.get(hashKey(hashName))
  const extra = [...item].filter(([key]) => !itemKeys.has(key) && key !== hashKey(hashName))
  const listed = listedData(item.get('files'))
  return {
    path: textOf(item.get('path')) ?? '',
    hashName,
    hash: textOf(hash) || undefined,
    size: countOf(item.get('size')),
    nfiles: countOf(item.get('nfiles')),
    isexec: item.get('isexec') === true,
    extra: extra.length === 0 ? noValues : new Map(extra),
    ...listed,
  }
}

// A folder on storage that keeps versions is recorded file by file; its digest is that of the directory object which these
// files make (DVC: `output.py::_compute_meta_hash_info_from_files`).
function listedData(files: Value | undefined): Pick<ItemRecord, 'hash' | 'size' | 'nfiles'> | undefined {
  const items = isList(files) ? files.filter(isMap) : []
  if (items.length === 0) return undefined
  const members = items.map((item) => ({ relpath: textOf(item.get('relpath')) ?? '', md5: item.get('md5') ?? null }))
  const sorted = members.toSorted((a, b) => compareCodePoints(a.relpath, b.relpath))
  const listing = pythonJson(
    sorted.map((member) => new Map<Scalar, Value>(Object.entries(member))),
    { sortKeys: true },
  )
  return {
    hash: `${createHash('md5').update(listing).digest('hex')}.dir`,
    size: items.reduce((sum, item) => sum + (countOf(item.get('size')) ?? 0), 0),
    nfiles: items.length,
  }
}

function hashNameOf(item: ValueMap): HashName {
  if (item.has('etag') && !item.has('md5')) return 'etag'
  if (item.has('checksum') && !item.has('md5')) return 'checksum'
  return item.has('hash') ? 'md5' : 'md5-dos2unix'
}

function fromParams(params: Value | undefined): ReadonlyMap<string, ValueMap> {
  if (!isMap(params)) return new Map()
  return new Map(
    [...params].flatMap(([file, values]) => (typeof file === 'string' && isMap(values) ? [[file, values]] : [])),
  )
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function countOf(value: Value | undefined): number | undefined {
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : undefined
}
