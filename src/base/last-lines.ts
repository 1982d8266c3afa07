import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The last lines of a file, at most `count`; empty if it cannot be read. Only its end is read. */
export function lastLines(file: string, count: number): readonly string[] {
  const fd = tryOpen(file)
  if (fd === undefined) return []
  try {
    const { size } = fstatSync(fd)
    const from = Math.max(0, size - buffer.length)
    const length = readSync(fd, buffer, 0, Math.min(buffer.length, size), from)
    const lines = buffer.toString('utf8', 0, length).replace(/\n$/, '').split('\n')
    const whole = from > 0 && lines.length > 1 ? lines.slice(1) : lines
    return length === 0 ? [] : whole.slice(-count)
  } finally {
    closeSync(fd)
  }
}

// Shared: reads are synchronous.
const buffer = Buffer.alloc(64 * 1024)

function tryOpen(file: string): number | undefined {
  try {
    return openSync(file, 'r')
  } catch {
    return undefined // never written
  }
}
