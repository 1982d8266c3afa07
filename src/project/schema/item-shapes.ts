import { anyOf, bool, integer, listOf, map, mapOf, nullable, record, scalarShape, text, type Shape } from './shape.ts'

// What DVC records of a dep or out, in dvc.lock and in .dvc files (DVC: `schema.py`, `output.py`).

/** A digest. DVC also lets an unquoted number of digits pass, and then fails on it. */
const checksum: Shape = nullable(
  scalarShape('a checksum (text)', (value) => typeof value === 'string' && (value === '' || value.length >= 3)),
)

const checksums = { md5: checksum, checksum, etag: checksum }

// A boolean is an integer to Python.
const count: Shape = anyOf([integer, bool], 'a whole number')

const meta = { size: count, nfiles: count, isexec: bool, version_id: text }

const cloudMeta: Shape = mapOf(record({ ...meta, ...checksums }))

const cloud: Shape = (value, path) => {
  const faults = cloudMeta(value, path)
  return faults.length > 0 || !(value instanceof Map) || value.size < 2
    ? faults
    : [{ path, part: 'value', detail: 'expected one remote, found more' }]
}

const files: Shape = listOf(record({ ...checksums, ...meta, relpath: text, cloud }, ['relpath']))

/** Keys that items of dvc.lock and of .dvc files have in common. */
export const itemFields = { ...checksums, ...meta, path: text, cloud, files, hash: text } as const

/** An item of `deps` or `outs` in dvc.lock. */
export const lockItem: Shape = record({ ...itemFields, dataset: map }, ['path'])
