import type { ItemRecord } from '../project/record.ts'
import type { PathHash } from './hashing.ts'

/** What is recorded of a dep or out with this content; `path` is its definition path. */
export function itemRecord(path: string, hash: PathHash): ItemRecord {
  const directory = hash.kind === 'directory'
  return {
    path,
    hashName: hash.hashName,
    hash: hash.oid,
    size: hash.size,
    nfiles: directory ? hash.members.length : undefined,
    isexec: directory ? false : hash.isexec,
    extra: new Map(),
  }
}
