import {
  type Stats,
  closeSync,
  fchmodSync,
  fdatasyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { temporaryBeside } from './temporary.ts'

export interface AtomicWrite {
  /** Permission bits. @default those of the file that is replaced, else the umask's */
  readonly mode?: number | undefined
  /** After a power cut too, the new name has all of its bytes. Off for what can be made again. @default true */
  readonly durable?: boolean
}

/** Replaces a file in one step: readers see the old bytes or the new ones, never half of them. A symbolic link is
 * followed. Throws Node's file errors and then leaves nothing behind. */
export function writeAtomic(path: string, content: string | Buffer, { mode, durable = true }: AtomicWrite = {}): void {
  const before = lstatSync(path, { throwIfNoEntry: false })
  const target = before?.isSymbolicLink() === true ? realTarget(path) : path
  const temporary = temporaryBeside(target)
  try {
    writeNew(temporary, content, { mode: mode ?? (target === path ? before : statIfThere(target))?.mode, durable })
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function writeNew(path: string, content: string | Buffer, { mode, durable }: AtomicWrite): void {
  const fd = openSync(path, 'wx')
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written)
    if (mode !== undefined) fchmodSync(fd, mode)
    if (durable) fdatasyncSync(fd)
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

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}
