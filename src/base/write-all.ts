import { writeSync } from 'node:fs'

/** Writes all of it to an open file, however the system cuts it. Throws Node's file errors. */
export function writeAll(fd: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written)
}
