import { posix } from 'node:path'
import { isTruthy } from '../../base/python-truth.ts'
import { isList, isMap, type Scalar, type Value, type ValueMap } from '../../base/value.ts'

/** A .dvc file's content as DVC would write it anew: keys in DVC's order, defaults left out, paths normalized
 * (DVC: `stage/utils.py::get_dump`, `output.py::Output.dumpd`). */
export function dumpDataFile(value: ValueMap): ValueMap {
  const wdir = value.get('wdir')
  return pickTruthy(
    new Map<Scalar, Value | undefined>([
      ['desc', value.get('desc')],
      ['md5', value.get('md5')],
      ['wdir', typeof wdir === 'string' ? normalizeWdir(wdir) : undefined],
      ['frozen', isTruthy(value.get('frozen') ?? null) || isTruthy(value.get('locked') ?? null)],
      ['deps', dumpItems(value.get('deps'), dumpDep)],
      ['outs', dumpItems(value.get('outs'), dumpOut)],
      ['always_changed', value.get('always_changed')],
      ['meta', value.get('meta')],
    ]),
  )
}

function pickTruthy(entries: ReadonlyMap<Scalar, Value | undefined>): ValueMap {
  return new Map([...entries].flatMap(([key, value]) => (value !== undefined && isTruthy(value) ? [[key, value]] : [])))
}

function normalizeWdir(wdir: string): Value {
  const normal = withoutSlash(posix.normalize(wdir))
  return normal === '.' ? null : normal
}

function dumpItems(items: Value | undefined, dump: (item: ValueMap) => ValueMap): readonly Value[] {
  return isList(items) ? items.filter(isMap).map(dump) : []
}

function dumpDep(item: ValueMap): ValueMap {
  const [repo, db] = [item.get('repo'), item.get('db')]
  if (isMap(db)) return new Map([['db', pickTruthy(db)]])
  if (isMap(repo))
    return new Map<Scalar, Value>([
      ['path', item.get('path') ?? null],
      ['repo', dumpRepo(repo)],
    ])
  return dumpData(item)
}

function dumpRepo(repo: ValueMap): ValueMap {
  const [url, ...rest] = ['url', 'rev', 'rev_lock', 'config', 'remote'].map((key) => [key, repo.get(key)] as const)
  return new Map([url!, ...rest].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}

const digestKeys = ['md5', 'etag', 'checksum'] as const
const dataKeys = ['size', 'nfiles', 'isexec', 'version_id', 'etag', 'checksum', 'md5', 'cloud'] as const

// The digest first, then what else is known of the data. A DVC 2.x digest is written even if there is none.
function dumpData(item: ValueMap): ValueMap {
  const path = item.get('path')
  const isOutsidePath = typeof path === 'string' && isOutside(path)
  const isLegacy = !item.has('hash') && !isOutsidePath
  const dump = new Map<Scalar, Value>(isLegacy ? [['md5', item.get('md5') ?? null]] : [])
  for (const key of [digestKeys.find((key) => item.has(key)), ...dataKeys]) {
    const value = key === undefined ? undefined : item.get(key)
    if (key !== undefined && value !== undefined && isKept(key, value)) dump.set(key, value)
  }
  if (!isLegacy) dump.set('hash', 'md5')
  dump.set('path', typeof path === 'string' && !isOutsidePath ? withoutSlash(posix.normalize(path)) : (path ?? null))
  if (isTruthy(item.get('fs_config') ?? null)) dump.set('fs_config', item.get('fs_config')!)
  return dump
}

function isKept(key: string, value: Value): boolean {
  return key === 'size' || key === 'nfiles' ? value !== null : isTruthy(value)
}

function isOutside(path: string): boolean {
  return posix.isAbsolute(path) || /^[A-Za-z][\w+.-]*:\/\//.test(path)
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function dumpOut(item: ValueMap): ValueMap {
  const dump = new Map(dumpData(item))
  const keep = (key: string, isNeeded: (value: Value) => boolean): void => {
    const value = item.get(key)
    if (value !== undefined && isNeeded(value)) dump.set(key, value)
  }
  for (const key of ['desc', 'type', 'labels', 'meta']) keep(key, isTruthy)
  keep('cache', (value) => !isTruthy(value))
  keep('persist', isTruthy)
  keep('remote', isTruthy)
  keep('push', (value) => !isTruthy(value))
  keep('files', isTruthy)
  return dump
}
