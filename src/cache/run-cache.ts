import { chmodSync, existsSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errnoOf } from '../base/file-problem.ts'
import { namesIn } from '../base/names-in.ts'
import { relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { readIfExists } from '../base/read-if-exists.ts'
import { temporaryBeside } from '../base/temporary.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import type { ValueMap } from '../base/value.ts'
import { runCacheKey, runCacheValue } from '../project/lock/run-cache-key.ts'
import { writeYaml } from '../project/yaml/write-yaml.ts'
import { type CacheModes, makeCacheFolder } from './objects/modes.ts'
import { cacheProblems } from './problems.ts'

export interface RunCacheOptions {
  /** `runs` in the cache folder; absolute. */
  readonly folder: string
  readonly root: string
  readonly modes: CacheModes
}

/** Results of earlier runs by command, deps and params (DVC: `stage/cache.py`): `runs/kk/<key>/<value>`, each file a lock
 * entry. */
export class RunCache {
  readonly #folder: string
  readonly #root: string
  readonly #modes: CacheModes

  constructor({ folder, root, modes }: RunCacheOptions) {
    this.#folder = folder
    this.#root = root
    this.#modes = modes
  }

  /** The entry of the last run with the same command, deps, params and out paths; hashes of outs in `entry` do not
   * matter. Only the newest file is looked at, as in DVC. With `warn` what is damaged is removed and told, a folder
   * without entries too: a killed DVC can leave one, and from then on DVC stumbles over it. */
  async find(entry: ValueMap, warn?: (problem: Problem) => void): Promise<ValueMap | undefined> {
    const folder = this.#folderOf(runCacheKey(entry))
    const file = newestFile(folder)
    if (file === undefined) {
      if (warn !== undefined && existsSync(folder)) this.#remove(folder, warn)
      return undefined
    }
    const found = await this.#load(join(folder, file))
    if (found === undefined && warn !== undefined) this.#remove(join(folder, file), warn)
    return found
  }

  /** Keeps the result of a run. A file that is there stays as it is, so that its time of writing is that of the first
   * such run. Throws Node's file errors. */
  async save(entry: ValueMap): Promise<void> {
    const folder = this.#folderOf(runCacheKey(entry))
    const path = join(folder, runCacheValue(entry))
    if (!existsSync(folder) && this.#makeWith(folder, runCacheValue(entry), writeYaml(entry))) return
    if ((await this.#load(path)) !== undefined) return
    writeAtomic(path, writeYaml(entry), { mode: this.#modes.file, durable: false })
  }

  // The folder comes with its first entry, because DVC stumbles over an empty one. False: another process was faster.
  #makeWith(folder: string, name: string, text: string): boolean {
    makeCacheFolder(dirname(folder), this.#modes)
    const temporary = temporaryBeside(folder)
    try {
      makeCacheFolder(temporary, this.#modes)
      writeFileSync(join(temporary, name), text, { flag: 'wx' })
      chmodSync(join(temporary, name), this.#modes.file)
      renameSync(temporary, folder)
      return true
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true })
      if (['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) return false
      throw error
    }
  }

  #folderOf(key: string): string {
    return join(this.#folder, key.slice(0, 2), key)
  }

  async #load(path: string): Promise<ValueMap | undefined> {
    const text = readIfExists(path)
    if (text === undefined) return undefined
    const { readLockEntry } = await import('../project/lock/read-lock-entry.ts')
    return readLockEntry(text, path)
  }

  // A damaged entry, and its folder if nothing else is in it. Of what cannot be removed nothing is used either.
  #remove(path: string, warn: (problem: Problem) => void): void {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    try {
      if (!isFolder) rmSync(path, { force: true })
      rmdirSync(isFolder ? path : dirname(path))
    } catch (error) {
      if (errnoOf(error) === undefined) throw error
    }
    if (!existsSync(path)) warn(cacheProblems.runCacheEntryDamaged(relativeTo(this.#root, path), isFolder))
  }
}

// Unfinished files do not count.
function newestFile(folder: string): string | undefined {
  let newest: { readonly name: string; readonly mtimeMs: number } | undefined
  for (const name of namesIn(folder)) {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false })
    if (name.startsWith('.') || stats === undefined || !stats.isFile()) continue
    if (newest === undefined || stats.mtimeMs > newest.mtimeMs) newest = { name, mtimeMs: stats.mtimeMs }
  }
  return newest?.name
}
