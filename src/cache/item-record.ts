import type { ItemRecord } from '../project/record.ts'
import type { PathDigest } from './hashing.ts'

/** What is recorded of a dep or out with this content; `path` is its definition path. */
export function itemRecord(path: string, hash: PathDigest): ItemRecord {
  const directory = hash.kind === 'directory'
  return {
    path,
    hashName: hash.hashName,
    hash: hash.oid,
    size: hash.size,
    nfiles: directory ? hash.nfiles : undefined,
    isexec: directory ? false : hash.isexec,
    extra: new Map(),
  }
}
