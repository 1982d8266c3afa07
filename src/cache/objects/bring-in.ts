import { type Stats, constants, copyFileSync, linkSync, lstatSync } from 'node:fs'
import { copyContent } from '../../base/copy-content.ts'

/** Gives `target` the content of a file: by sharing it where that is asked for and possible, else by a copy (DVC: dvc-objects,
 * `fs/generic.py::transfer`). `stats`: of the file, links followed. Throws Node's file errors. */
export async function bringIn(path: string, stats: Stats, target: string, hardlink: boolean): Promise<void> {
  if (hardlink && mayBeShared(path, stats) && (tryClone(path, target) || tryLink(path, target))) return
  await copyContent(path, target, stats.size)
}

// An empty file is never linked: file systems limit the links to a file, and data sets have many empty ones. What a
// symbolic link leads to is no out, so it is not made part of the cache (DVC does, and makes it read-only).
function mayBeShared(path: string, stats: Stats): boolean {
  return stats.size > 0 && !lstatSync(path).isSymbolicLink()
}

function tryClone(path: string, target: string): boolean {
  try {
    copyFileSync(path, target, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  }
}

function tryLink(path: string, target: string): boolean {
  try {
    linkSync(path, target)
    return true
  } catch {
    return false
  }
}
