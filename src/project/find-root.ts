import { lstatSync, statSync, type Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

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

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

// Python's `ismount`: a folder on another device than its parent, or its own parent; never a symbolic link.
function isMountPoint(folder: string): boolean {
  const own = tryStat(folder)
  const parent = tryStat(join(folder, '..'))
  if (own === undefined || parent === undefined) return folder === dirname(folder)
  if (own.isSymbolicLink()) return false
  return own.dev !== parent.dev || own.ino === parent.ino
}

function tryStat(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}
