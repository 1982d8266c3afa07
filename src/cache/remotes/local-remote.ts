import { copyFileSync, type Dirent, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { breathe, mustBreathe } from '../../base/breathe.ts'
import { errnoOf } from '../../base/file-problem.ts'
import { temporaryBeside } from '../../base/temporary.ts'
import { parseDirectoryObject, type DirectoryEntry } from '../hash/directory-object.ts'
import type { LocalHashName } from '../hash/hash-file.ts'
import { cacheModes, type CacheModes, makeCacheFolder } from '../objects/modes.ts'
import { ObjectStore } from '../objects/object-store.ts'

/** A remote that is a folder: laid out as a cache (dvc-data: `files/md5/ab/cdef…`, DVC 2.x objects at `ab/cdef…`). */
export class LocalRemote {
  readonly name: string
  readonly folder: string
  readonly modes: CacheModes
  readonly #stores: Readonly<Record<LocalHashName, ObjectStore>>

  constructor(name: string, folder: string, options: { readonly shared: 'group' | undefined }) {
    this.name = name
    this.folder = folder
    this.modes = cacheModes(options.shared)
    const { modes } = this
    this.#stores = {
      md5: new ObjectStore({ modes, folder: join(folder, 'files/md5'), hashName: 'md5' }),
      'md5-dos2unix': new ObjectStore({ modes, folder, hashName: 'md5-dos2unix' }),
    }
  }

  store(hashName: LocalHashName): ObjectStore {
    return this.#stores[hashName]
  }
}

/** The files that a directory object lists, wherever it stands; `undefined`: it is missing or damaged. */
export function listingOf(store: ObjectStore, oid: string): readonly DirectoryEntry[] | undefined {
  if (store.statOf(oid) === undefined) return undefined
  const parsed = parseDirectoryObject(readFileSync(store.pathOf(oid), 'utf8'), oid)
  return parsed.ok ? parsed.value : undefined
}

/** Copies every entry of a run cache that the other side lacks. Times of writing are kept, because only the newest result
 * of a stage counts (DVC copies without them). Gives how many there were. Throws Node's file errors, and the signal's
 * reason when it is aborted. */
export async function copyRunCache(
  from: string,
  to: string,
  { modes, signal }: { readonly modes: CacheModes; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  let copied = 0
  for (const key of subfolders(from).flatMap((prefix) =>
    subfolders(join(from, prefix)).map((name) => join(prefix, name)),
  )) {
    for (const value of entriesIn(join(from, key))) {
      if (mustBreathe()) await breathe()
      signal?.throwIfAborted()
      const target = join(to, key, value)
      if (statSync(target, { throwIfNoEntry: false }) !== undefined) continue
      copyEntry(join(from, key, value), target, modes)
      copied++
    }
  }
  return copied
}

function copyEntry(source: string, target: string, modes: CacheModes): void {
  makeCacheFolder(dirname(target), modes)
  const temporary = temporaryBeside(target)
  try {
    copyFileSync(source, temporary)
    const { atime, mtime } = statSync(source)
    utimesSync(temporary, atime, mtime)
    renameSync(temporary, target)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function subfolders(folder: string): readonly string[] {
  return list(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

// Unfinished files begin with a dot.
function entriesIn(folder: string): readonly string[] {
  return list(folder).flatMap((entry) => (entry.isFile() && !entry.name.startsWith('.') ? [entry.name] : []))
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
