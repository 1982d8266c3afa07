import { randomBytes } from 'node:crypto'
import { closeSync, fchmodSync, fdatasyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Replaces a text file in one step: readers see the old bytes or the new ones, never half of them, and after a crash the
 * new name always has all of its bytes. A symbolic link is followed, an existing file keeps its mode.
 * Throws Node's file errors. */
export function writeAtomic(path: string, text: string): void {
  const target = realTarget(path)
  const temporary = temporaryPath(target)
  try {
    writeDurably(temporary, text, modeOf(target))
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** A name beside `path` for a file that is not finished. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
}

function writeDurably(path: string, text: string, mode: number | undefined): void {
  const fd = openSync(path, 'wx')
  try {
    const bytes = Buffer.from(text)
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
    if (mode !== undefined) fchmodSync(fd, mode)
    fdatasyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function realTarget(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function modeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mode
}
