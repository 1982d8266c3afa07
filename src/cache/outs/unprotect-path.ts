import { chmodSync, lstatSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { breathe, mustBreathe } from '../../base/breathe.ts'
import { copyContent } from '../../base/copy-content.ts'
import { temporaryBeside } from '../../base/temporary.ts'
import { isPlainFile } from './link-file.ts'

/** Makes the files of an out the project's own: links become copies, and all get `mode`, so that writing to them cannot
 * reach the cache (dvc-data, `db/local.py::unprotect`). What does not exist is left alone. Throws Node's file errors. */
export async function unprotectPath(path: string, mode: number): Promise<void> {
  for (const file of filesOf(path)) {
    if (!isPlainFile(file)) await becomeCopy(file)
    chmodSync(file, mode)
    if (mustBreathe()) await breathe()
  }
}

function filesOf(path: string): readonly string[] {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return []
  if (!statSync(path).isDirectory()) return [path]
  // Folders behind links are not entered, in DVC neither.
  const entries = readdirSync(path, { withFileTypes: true })
  return entries.flatMap((entry) => {
    const child = join(path, entry.name)
    if (entry.isDirectory()) return filesOf(child)
    return entry.isSymbolicLink() && statSync(child).isDirectory() ? [] : [child]
  })
}

async function becomeCopy(file: string): Promise<void> {
  const temporary = temporaryBeside(file)
  try {
    await copyContent(file, temporary, statSync(file).size)
    renameSync(temporary, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}
