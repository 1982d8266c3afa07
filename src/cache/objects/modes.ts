import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The permissions DVC gives (dvc-data, `db/local.py`), by `cache.shared` and the umask. */
export interface CacheModes {
  /** Of run cache entries, and of files of outs once they are no links. */
  readonly file: number
  /** Of copies that a checkout makes. */
  readonly copy: number
  readonly directory: number
  /** `directory` must be set after making a folder, because `mkdir` cannot give all of it. */
  readonly setDirectory: boolean
}

export function cacheModes(shared: 'group' | undefined): CacheModes {
  const umask = process.umask()
  const copy = 0o666 & ~umask
  if (shared === 'group') return { file: 0o664, copy, directory: 0o2775, setDirectory: true }
  return { file: copy, copy, directory: 0o777 & ~umask, setDirectory: false }
}

/** Of objects whose content is known to fit their name: DVC never hashes such a file again. */
export const trustedMode = 0o444

/** Makes a folder of the cache and those above it; false if it was there. Throws Node's file errors. */
export function makeCacheFolder(folder: string, modes: CacheModes): boolean {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false
  if (dirname(folder) !== folder) makeCacheFolder(dirname(folder), modes)
  try {
    mkdirSync(folder, modes.directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false // another process was faster
    throw error
  }
  if (modes.setDirectory) tryChmod(folder, modes.directory)
  return true
}

/** Sets permissions where that is possible; a file system or an owner that forbids it is no reason to fail, as in DVC. */
export function tryChmod(path: string, mode: number): void {
  try {
    chmodSync(path, mode)
  } catch {
    // The file works with other permissions too.
  }
}
