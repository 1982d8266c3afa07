import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { errnoOf } from '../../base/file-problem.ts'
import { temporaryIn } from '../../base/temporary.ts'
import { writeAll } from '../../base/write-all.ts'
import { type CacheModes, makeCacheFolder, trustedMode, tryChmod } from './modes.ts'

/** Where objects stand, as plain data that a thread can be given. */
export interface ObjectFolder {
  /** Absolute. */
  readonly folder: string
  readonly modes: CacheModes
}

/** Up to this size, in bytes, reading is all that a copy costs. */
export const smallObject = 64 * 1024

/** Objects whose bytes are in memory. All without waiting: most files are small, and threads store them too. */
export class SmallObjects {
  readonly folder: string
  readonly #modes: CacheModes
  /** Folders of the cache that were seen or made. */
  readonly #folders = new Set<string>()

  constructor({ folder, modes }: ObjectFolder) {
    this.folder = folder
    this.#modes = modes
  }

  /** True if the object is there and trusted, false if what stands there has to be checked; `undefined`: there is none. Throws
   * Node's file errors. */
  isSound(oid: string): boolean | undefined {
    const path = `${this.#folderOf(oid)}/${oid.slice(2)}`
    // Most are not there, which this tells for less.
    if (!existsSync(path)) return undefined
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats && stats.isFile() && (stats.mode & 0o7777) === trustedMode
  }

  /** Makes an object that is not there of bytes that were just found to have this digest. One that another process has put
   * there meanwhile is replaced by its like. False: somebody has removed the folder. Throws Node's file errors. */
  put(oid: string, bytes: Uint8Array): boolean {
    const folder = this.#folderOf(oid)
    if (!this.#folders.has(folder)) makeCacheFolder(folder, this.#modes)
    this.#folders.add(folder)
    const temporary = temporaryIn(folder)
    try {
      writeNew(temporary, bytes)
      // The umask may have taken a part of it.
      if ((this.#modes.copy & trustedMode) !== trustedMode) tryChmod(temporary, trustedMode)
      renameSync(temporary, `${folder}/${oid.slice(2)}`)
      return true
    } catch (error) {
      rmSync(temporary, { force: true })
      if (errnoOf(error) !== 'ENOENT') throw error
      this.#folders.clear()
      return false
    }
  }

  #folderOf(oid: string): string {
    return `${this.folder}/${oid.slice(0, 2)}`
  }
}

function writeNew(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, 'wx', trustedMode)
  try {
    writeAll(fd, bytes)
  } finally {
    closeSync(fd)
  }
}
