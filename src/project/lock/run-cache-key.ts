import { createHash } from 'node:crypto'
import { pythonJson } from '../../base/python-json.ts'
import { isList, isMap, type Value, type ValueMap } from '../../base/value.ts'

/** The folder of the run cache in which results for this command, deps, params and out paths stand
 * (DVC: `stage/cache.py::_get_cache_hash`). Hashes of outs in `entry` do not matter. */
export function runCacheKey(entry: ValueMap): string {
  const outs = entry.get('outs')
  const paths = isList(outs) ? outs.map((out) => (isMap(out) ? (out.get('path') ?? null) : null)) : []
  return digest(new Map([...entry, ['outs', paths]]))
}

/** The file name of an entry in the run cache. */
export function runCacheValue(entry: ValueMap): string {
  return digest(entry)
}

function digest(entry: ValueMap): string {
  return createHash('sha256')
    .update(pythonJson(withoutCounts(entry), { sortKeys: true }))
    .digest('hex')
}

// DVC leaves these keys out at every depth, so parameters of that name do not count either.
const counts: ReadonlySet<unknown> = new Set(['size', 'nfiles'])

function withoutCounts(value: Value): Value {
  if (isList(value)) return value.map(withoutCounts)
  if (!isMap(value)) return value
  return new Map([...value].filter(([key]) => !counts.has(key)).map(([key, item]) => [key, withoutCounts(item)]))
}
