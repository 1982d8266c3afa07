import { hash as digestNow } from 'node:crypto'
import {
  type Stats,
  closeSync,
  constants,
  copyFileSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { breathe, mustBreathe } from '../../base/breathe.ts'
import { fileProblem } from '../../base/file-problem.ts'
import { namesIn } from '../../base/names-in.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import { type DirectoryEntry, directoryObjectText, parseDirectoryObject } from '../hash/directory-object.ts'
import { copyHashed, hashFile, type LocalHashName, type Storing } from '../hash/hash-file.ts'
import type { HashMemo } from '../hash/hash-memo.ts'
import type { DirectoryMember, PathHash } from '../hashing.ts'
import { cacheProblems } from '../problems.ts'
import { bringIn } from './bring-in.ts'
import { type CacheModes, trustedMode, tryChmod } from './modes.ts'
import { publishObject } from './publish-object.ts'
import { type ObjectFolder, smallObject, SmallObjects } from './small-objects.ts'
import { type FileToStore, storeInThreads } from './store-in-threads.ts'

/** One of the two layouts of a local cache: objects by digest, `ab/cdef…`, directories as `….dir` (dvc-data,
 * `db/local.py`). */
export class ObjectStore {
  readonly hashName: LocalHashName
  readonly modes: CacheModes
  readonly #folder: string
  readonly #memo: HashMemo | undefined
  readonly #small: SmallObjects
  /** Objects that threads have made or found sound. */
  readonly #byThreads = new Set<string>()
  #cannotClone = false

  constructor({ folder, hashName, modes, memo }: ObjectStoreOptions) {
    this.#folder = folder
    this.hashName = hashName
    this.modes = modes
    this.#memo = memo
    this.#small = new SmallObjects({ folder, modes })
  }

  /** For hashing what `add` is to store next. */
  get storing(): Storing {
    return { place: this.place, onStored: (oid) => this.#byThreads.add(oid) }
  }

  get place(): StorePlace {
    return { folder: this.#folder, hashName: this.hashName, modes: this.modes }
  }

  /** Where an object stands, or would stand. `oid` must look like one, see `isOid`. */
  pathOf(oid: string): string {
    if (!isOid(oid)) throw new Error(`Internal error: not an object id: ${oid}`)
    return `${this.#folder}/${oid.slice(0, 2)}/${oid.slice(2)}`
  }

  /** True if a sound object stands there. One that is read-only for everybody is trusted, as in DVC; any other is hashed,
   * then made read-only, or deleted if it is not what its name says. Throws Node's file errors. */
  async check(oid: string): Promise<boolean> {
    const stats = this.statOf(oid)
    if (stats === undefined || !stats.isFile()) return false
    if ((stats.mode & 0o7777) === trustedMode) return true
    const path = this.pathOf(oid)
    const digest = await hashFile(path, stats, { hashName: this.hashName })
    if (digest === digestOf(oid)) {
      this.protect(oid)
      return true
    }
    rmSync(path, { force: true })
    return false
  }

  /** What stands there under the name of an object; nothing is changed. A file that is read-only for everybody is trusted
   * unless it is to be verified. Throws Node's file errors. */
  async look(oid: string, { verify }: { readonly verify: boolean }): Promise<'sound' | 'damaged' | 'missing'> {
    const stats = this.statOf(oid)
    if (stats === undefined || !stats.isFile()) return 'missing'
    if (!verify && (stats.mode & 0o7777) === trustedMode) return 'sound'
    const digest = await hashFile(this.pathOf(oid), stats, { hashName: this.hashName })
    return digest === digestOf(oid) ? 'sound' : 'damaged'
  }

  /** Takes over an object of another store. False: it was not what its name says when it arrived. `replace`: in place of a
   * damaged one. `onBytes` is told of every piece that has arrived, and ends the copy by throwing. Throws Node's file
   * errors. */
  async copyFrom(
    other: ObjectStore,
    oid: string,
    { replace, onBytes }: { readonly replace: boolean; readonly onBytes: (count: number) => void },
  ): Promise<boolean> {
    const { hashName } = this
    return await this.#publish(
      oid,
      async (temporary) => {
        const source = other.pathOf(oid)
        const cloned = this.#clone(source, temporary)
        if (cloned === undefined) return (await copyHashed(source, temporary, { hashName, onBytes })) === digestOf(oid)
        onBytes(cloned.size)
        return (await hashFile(temporary, cloned, { hashName })) === digestOf(oid)
      },
      replace,
    )
  }

  // Costs nothing where the file system can do it; where it cannot, that is found out once.
  #clone(source: string, target: string): Stats | undefined {
    if (this.#cannotClone) return undefined
    try {
      copyFileSync(source, target, constants.COPYFILE_FICLONE_FORCE)
      return statSync(target)
    } catch {
      this.#cannotClone = true
      rmSync(target, { force: true })
      return undefined
    }
  }

  /** True if the object, and of a directory all its members, are there and sound. */
  async hasAll(oid: string): Promise<boolean> {
    const entries = oid.endsWith('.dir') ? this.readDirectory(oid) : []
    if (entries === undefined) return false
    for (const entry of entries) {
      if (!(await this.check(entry.oid))) return false
      if (mustBreathe()) await breathe()
    }
    return await this.check(oid)
  }

  /** Stats of an object; `undefined`: there is none. */
  statOf(oid: string): Stats | undefined {
    return isOid(oid) ? statSync(this.pathOf(oid), { throwIfNoEntry: false }) : undefined
  }

  /** Tells which of about `count` objects are there. Asked of many, parts of the cache are listed in place of looking for
   * each object, unless it holds far more. Throws Node's file errors. */
  presence(count: number): (oid: string) => boolean {
    const parts = new Map<string, ReadonlySet<string>>()
    let mayList = count >= 1000
    return (oid) => {
      if (!isOid(oid)) return false
      const name = oid.slice(0, 2)
      let part = parts.get(name)
      if (part === undefined) {
        if (!mayList) return this.statOf(oid) !== undefined
        part = new Set(namesIn(`${this.#folder}/${name}`))
        parts.set(name, part)
        mayList = part.size * 256 < 8 * count
      }
      return part.has(oid.slice(2))
    }
  }

  /** The files that a directory object lists; `undefined`: there is no such object, or it is damaged. */
  readDirectory(oid: string): readonly DirectoryEntry[] | undefined {
    if (this.statOf(oid) === undefined) return undefined
    const parsed = parseDirectoryObject(readFileSync(this.pathOf(oid), 'utf8'), this.pathOf(oid))
    return parsed.ok ? parsed.value : undefined
  }

  /** Makes an object read-only for everybody, the sign that its content is known to be right. */
  protect(oid: string): void {
    const stats = this.statOf(oid)
    if (stats !== undefined && (stats.mode & 0o7777) !== trustedMode) tryChmod(this.pathOf(oid), trustedMode)
  }

  /** Stores what has just been hashed: a file, or a directory's files and after them its listing, so that a listing never
   * names what is not there. Objects that are there stay as they are.
   * `hardlink`: where possible the file itself becomes the object. */
  async add(path: string, hash: PathHash, options: { readonly hardlink: boolean }): Promise<Result<void>> {
    try {
      if (hash.kind === 'file') return await this.#addOne({ ...hash, path }, options.hardlink)
      const rest = await this.#membersToAdd(path, hash.members, options.hardlink)
      for (const file of rest) {
        const added = await this.#addOne(file, options.hardlink)
        if (!added.ok) return added
        if (mustBreathe()) await breathe()
      }
      await this.#addListing(hash.oid, directoryObjectText(hash.members))
      return ok(undefined)
    } catch (error) {
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      return failed(problem)
    }
  }

  // Those that threads have not stored. What they have stored may have been deleted since then (`dvc gc`).
  async #membersToAdd(
    path: string,
    members: readonly DirectoryMember[],
    hardlink: boolean,
  ): Promise<readonly FileToStore[]> {
    const isThere = this.presence(members.length)
    const files = members
      .filter(({ oid }) => !this.#byThreads.has(oid) || !isThere(oid))
      .map(({ relpath, oid, size }) => ({ path: `${path}/${relpath}`, oid, size }))
    if (hardlink || this.hashName !== 'md5') return files
    const stored = new Set<string>()
    await storeInThreads(files, isThere, { place: this.place, onStored: (oid) => stored.add(oid) })
    for (const oid of stored) this.#byThreads.add(oid)
    return files.filter(({ oid }) => !stored.has(oid))
  }

  // What is read is what is hashed is what is written. False: nothing was stored, `#addFile` has to see to it.
  #addSmall({ path, oid, size }: FileToStore, hardlink: boolean): boolean {
    if (hardlink || size > smallObject || this.hashName !== 'md5') return false
    const isSound = this.#small.isSound(oid)
    if (isSound !== undefined) return isSound
    const bytes = readSmall(path)
    return bytes !== undefined && digestNow('md5', bytes) === oid && this.#small.put(oid, bytes)
  }

  async #addOne(file: FileToStore, hardlink: boolean): Promise<Result<void>> {
    return this.#addSmall(file, hardlink) ? ok(undefined) : await this.#addFile(file, hardlink)
  }

  async #addFile({ path, oid }: FileToStore, hardlink: boolean): Promise<Result<void>> {
    if (await this.check(oid)) return ok(undefined)
    const isStored = await this.#publish(oid, async (temporary) => {
      const stats = statSync(path)
      await bringIn(path, stats, temporary, hardlink)
      return await this.#isStill(path, stats, temporary, oid)
    })
    return isStored ? ok(undefined) : failed(cacheProblems.changedWhileStored(path))
  }

  // The file may have been written between hashing and storing. If what `stat` says is as when it was hashed, before and
  // after, then so is the content; else only reading tells.
  async #isStill(path: string, before: Stats, temporary: string, oid: string): Promise<boolean> {
    const known = this.#memo?.lookup(path, before, this.hashName)
    if (known === oid && this.#memo?.lookup(path, statSync(path), this.hashName) === oid) return true
    return (await hashFile(temporary, statSync(temporary), { hashName: this.hashName })) === oid
  }

  async #addListing(oid: string, text: string): Promise<void> {
    if (await this.check(oid)) return
    await this.#publish(oid, async (temporary) => {
      writeFileSync(temporary, text, { flag: 'wx' })
      return true
    })
  }

  #publish(oid: string, fill: (temporary: string) => Promise<boolean>, replace = false): Promise<boolean> {
    return publishObject(this.pathOf(oid), this.modes, { fill, replace })
  }
}

/** Which store it is, as plain data. */
export interface StorePlace extends ObjectFolder {
  readonly hashName: LocalHashName
}

export interface ObjectStoreOptions extends StorePlace {
  /** Absent: what is stored is read again afterwards. */
  readonly memo?: HashMemo
}

/** True if a recorded hash can be the name of an object. Records are files that people edit, and an object's name
 * becomes a path that may be deleted. */
export function isOid(text: string): boolean {
  return /^[0-9A-Za-z]{4,128}(?:\.dir)?$/.test(text)
}

// What one read gives, which the digest shows to be all; good until the next call. `undefined`: the file is not small any
// more.
function readSmall(path: string): Buffer | undefined {
  buffer ??= Buffer.allocUnsafeSlow(smallObject + 1)
  const fd = openSync(path, 'r')
  try {
    const length = readSync(fd, buffer)
    return length <= smallObject ? buffer.subarray(0, length) : undefined
  } finally {
    closeSync(fd)
  }
}

let buffer: Buffer | undefined

function digestOf(oid: string): string {
  return oid.replace(/\.dir$/, '')
}
