import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn } from '../base/names-in.ts'
import { relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { readIfExists } from '../base/read-if-exists.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import { isMap, type ValueMap } from '../base/value.ts'
import { lockEntryShape } from '../project/lock/lock-shapes.ts'
import { runCacheKey, runCacheValue } from '../project/lock/run-cache-key.ts'
import { readYaml } from '../project/yaml/read-yaml.ts'
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
   * matter. Only the newest file is looked at, as in DVC; a damaged one is removed. */
  async find(entry: ValueMap, warn?: (problem: Problem) => void): Promise<ValueMap | undefined> {
    const folder = this.#folderOf(runCacheKey(entry))
    const file = newestFile(folder)
    return file === undefined ? undefined : this.#load(join(folder, file), warn)
  }

  /** Keeps the result of a run. A file that is there stays as it is, so that its time of writing is that of the first
   * such run. Throws Node's file errors. */
  async save(entry: ValueMap): Promise<void> {
    const folder = this.#folderOf(runCacheKey(entry))
    const path = join(folder, runCacheValue(entry))
    if (!makeCacheFolder(folder, this.#modes) && this.#load(path) !== undefined) return
    writeAtomic(path, writeYaml(entry), { mode: this.#modes.file, durable: false })
  }

  #folderOf(key: string): string {
    return join(this.#folder, key.slice(0, 2), key)
  }

  #load(path: string, warn?: (problem: Problem) => void): ValueMap | undefined {
    const text = readIfExists(path)
    if (text === undefined) return undefined
    const entry = parseEntry(text, path)
    if (entry !== undefined) return entry
    rmSync(path, { force: true })
    warn?.(cacheProblems.runCacheEntryDamaged(relativeTo(this.#root, path)))
    return undefined
  }
}

function parseEntry(text: string, path: string): ValueMap | undefined {
  const read = readYaml(text, path)
  if (!read.ok || !isMap(read.value.value)) return undefined
  return lockEntryShape(read.value.value, []).length === 0 ? read.value.value : undefined
}

// An empty folder, which a killed DVC can leave and then stumbles over, holds nothing. Unfinished files do not count.
function newestFile(folder: string): string | undefined {
  let newest: { readonly name: string; readonly mtimeMs: number } | undefined
  for (const name of namesIn(folder)) {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false })
    if (name.startsWith('.') || stats === undefined || !stats.isFile()) continue
    if (newest === undefined || stats.mtimeMs > newest.mtimeMs) newest = { name, mtimeMs: stats.mtimeMs }
  }
  return newest?.name
}
