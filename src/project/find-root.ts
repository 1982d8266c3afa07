import { lstatSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isDirectory, tryStat } from '../base/file-kind.ts'

/** The DVC root around the folder `from`: the nearest ancestor, itself included, that holds a directory `.dvc`.
 * Like DVC, the search ends at a mount point, so a project on another file system is not found. `undefined`: none. */
export function findRoot(from: string): string | undefined {
  let folder = resolve(from)
  if (!isDirectory(folder)) return undefined
  for (;;) {
    if (isDirectory(join(folder, '.dvc'))) return folder
    if (isMountPoint(folder)) return undefined
    folder = dirname(folder)
  }
}

// Python's `ismount`: a folder on another device than its parent, or its own parent; never a symbolic link.
function isMountPoint(folder: string): boolean {
  const own = tryStat(() => lstatSync(folder))
  const parent = tryStat(() => lstatSync(join(folder, '..')))
  if (own === undefined || parent === undefined) return folder === dirname(folder)
  if (own.isSymbolicLink()) return false
  return own.dev !== parent.dev || own.ino === parent.ino
}
