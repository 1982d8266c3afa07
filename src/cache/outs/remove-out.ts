import { lstatSync, rmSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'

/** Deletes an out, a file or a directory with all in it. A link to a directory stays, and so does what it leads to, as
 * in DVC (`fs/utils.py::remove`): people put large outs on other disks that way. What somebody puts into a directory
 * meanwhile goes too; `dvc checkout` heeds no announcement. Throws Node's file errors. */
export async function removePath(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return
  if (stats.isDirectory()) await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  else if (!stats.isSymbolicLink() || !leadsToFolder(path)) rmSync(path, { force: true })
}

function leadsToFolder(link: string): boolean {
  try {
    return statSync(link).isDirectory()
  } catch {
    return false // a broken link, or one in a circle
  }
}
