import { createHash } from 'node:crypto'
import { pythonJson } from '../../base/python-json.ts'
import { isList, isMap, type Value, type ValueMap } from '../../base/value.ts'
import { dumpDataFile } from './dump-data-file.ts'

/** The digest of an import's definition, `md5` at the top of its .dvc file (DVC: `stage/utils.py::compute_md5`). It
 * covers the data's hashes, not its sizes and not what is said about it. */
export function definitionMd5(value: ValueMap): string {
  const covered = [...dumpDataFile(value)].filter(([key]) => !topLevelExtras.has(key))
  const json = pythonJson(withoutAnnotations(new Map(covered)), { sortKeys: true })
  return createHash('md5').update(json).digest('hex')
}

const topLevelExtras: ReadonlySet<unknown> = new Set(['md5', 'meta', 'desc'])

const annotations: ReadonlySet<unknown> = new Set([
  'desc',
  'type',
  'labels',
  'meta',
  'locked',
  'frozen',
  'metric',
  'persist',
  'isexec',
  'size',
  'nfiles',
])

function withoutAnnotations(value: Value): Value {
  if (isList(value)) return value.map(withoutAnnotations)
  if (!isMap(value)) return value
  return new Map(
    [...value].filter(([key]) => !annotations.has(key)).map(([key, item]) => [key, withoutAnnotations(item)]),
  )
}
