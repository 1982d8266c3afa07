import { isList, isMap, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import { hashKey } from '../lock/lock-entry.ts'
import { findItem, type ItemRecord, type StageRecord } from '../record.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { definitionMd5 } from './definition-md5.ts'
import { dumpDataFile } from './dump-data-file.ts'
import { writeDataFile } from './write-data-file.ts'

/** The text of a .dvc file after its data was recorded anew; an import's digest is computed from it. Throws if the text
 * is no YAML map. */
export function updateDataFile(text: string, record: StageRecord): string {
  const read = readYaml(text, '.dvc')
  if (!read.ok || !isMap(read.value.value))
    throw new Error('Internal error: the .dvc file to be updated is no YAML map')
  const updated = new Map(read.value.value)
  for (const [key, records] of [
    ['deps', record.deps],
    ['outs', record.outs],
  ] as const) {
    const items = updated.get(key)
    if (isList(items))
      updated.set(
        key,
        items.map((item) => (isMap(item) ? updateItem(item, records) : item)),
      )
  }
  const isImport = isList(updated.get('deps')) && (updated.get('deps') as readonly Value[]).length > 0
  if (isImport) updated.set('md5', definitionMd5(updated))
  else updated.delete('md5')
  return writeDataFile(text, dumpDataFile(updated))
}

const recordedKeys: ReadonlySet<Scalar> = new Set([
  'md5',
  'etag',
  'checksum',
  'size',
  'nfiles',
  'isexec',
  'hash',
  'version_id',
  'cloud',
  'files',
])

// What other repositories and databases hold is not recorded.
function updateItem(item: ValueMap, records: readonly ItemRecord[]): ValueMap {
  const path = item.get('path')
  const record = typeof path === 'string' ? findItem(records, path) : undefined
  if (record === undefined || item.has('repo') || item.has('db')) return item
  const updated = new Map([...item].filter(([key]) => !recordedKeys.has(key)))
  if (record.hash !== undefined) updated.set(hashKey(record.hashName), record.hash)
  if (record.size !== undefined) updated.set('size', BigInt(record.size))
  if (record.nfiles !== undefined) updated.set('nfiles', BigInt(record.nfiles))
  if (record.isexec) updated.set('isexec', true)
  if (record.hashName !== 'md5-dos2unix') updated.set('hash', 'md5')
  for (const [key, value] of record.extra) if (recordedKeys.has(key)) updated.set(key, value)
  return updated
}
