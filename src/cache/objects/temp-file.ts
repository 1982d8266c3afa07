import { randomBytes } from 'node:crypto'
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A name for an unfinished file in the folder of `path`, of the form that DVC gives its own (dvc-objects,
 * `fs/utils.py::tmp_fname`), so that one sweep finds what crashes of either left behind. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${randomBytes(16).toString('base64url')}.tmp`)
}

/** Makes a file under a temporary name and lets it appear under `path` in one step. Throws Node's file errors and then
 * leaves nothing behind. */
export function replaceFile(path: string, text: string, mode?: number): void {
  const temporary = temporaryBeside(path)
  try {
    writeFileSync(temporary, text, { flag: 'wx' })
    if (mode !== undefined) chmodSync(temporary, mode)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
