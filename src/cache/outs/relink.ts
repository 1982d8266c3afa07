import { chmodSync, lstatSync, statSync } from 'node:fs'
import { breathe, mustBreathe } from '../../base/breathe.ts'
import { ok, type Result } from '../../base/result.ts'
import type { FileHash, PathHash } from '../hashing.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { tryChmod } from '../objects/modes.ts'
import { type FileLinker, needsRelink } from './link-file.ts'

/** Gives an out that has just been stored the form that the link types ask for, as DVC does after a commit
 * (`output.py::commit`): a single file is made anew from its object, members of a directory only where they are of
 * another kind. Throws Node's file errors. */
export async function relink(
  path: string,
  hash: PathHash,
  store: ObjectStore,
  linker: FileLinker,
): Promise<Result<void>> {
  if (hash.kind === 'file') return await relinkFile(path, hash, store, linker)
  for (const member of hash.members) {
    const file = `${path}/${member.relpath}`
    if (mustBreathe()) await breathe()
    if (!needsRelink(file, member.oid, store, linker.types)) continue
    const linked = await makeAnew(file, member.oid, store, linker)
    if (!linked.ok) return linked
  }
  return ok(undefined)
}

async function relinkFile(
  path: string,
  { oid, isexec, hashName }: FileHash,
  store: ObjectStore,
  linker: FileLinker,
): Promise<Result<void>> {
  const stats = lstatSync(path)
  // Where reflinks were asked for and are not to be had, DVC leaves the mode of a checkout.
  const mode = linker.types[0] === 'copy' ? store.modes.file : store.modes.copy
  // By the rules of DVC 2.x, another text may have the same hash: then the object's takes the place of the file's.
  const isSame = hashName === 'md5'
  if (isSame && linker.firstType(stats.dev) === 'copy' && stats.isFile() && stats.nlink === 1) {
    if ((stats.mode & 0o7777) !== mode) chmodSync(path, mode)
  } else {
    const linked = await makeAnew(path, oid, store, linker)
    if (!linked.ok) return linked
  }
  if (isexec) makeExecutable(path)
  return ok(undefined)
}

// What is replaced may have been a link to the object, made writable by its user.
async function makeAnew(path: string, oid: string, store: ObjectStore, linker: FileLinker): Promise<Result<void>> {
  const linked = await linker.link(path, oid, store)
  store.protect(oid)
  return linked
}

/** Sets the owner's execute bit. Links are followed, so with hard and symbolic links the object gets it too and is no
 * longer trusted: DVC does the same, and the next check of the object mends it. */
export function makeExecutable(path: string): void {
  tryChmod(path, (statSync(path).mode & 0o7777) | 0o100)
}
