import { checksumOf } from '../base/checksum.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import { makeRestageFolder } from './restage-folder.ts'
import { type Stamped, stampedFile, version } from './stamped-file.ts'
import { type Stamps, takeStamps } from './stamps.ts'

/** Keeps a value that was worked out after `since` (of `Date.now()`) from nothing but its sources and what `key` says. Does
 * nothing if a source is too young to be told from a later one, and never fails: it is only a help. */
export function writeStamped(
  root: string,
  name: string,
  { key, value, sources, since }: Stamped & { readonly key: string; readonly since: number },
): void {
  try {
    const stamps = takeStamps(sources, since)
    if (stamps === undefined) return
    makeRestageFolder(root, 'cache')
    writeAtomic(stampedFile(root, name), format(key, value, stamps), { durable: false })
  } catch {
    // A full or read-only disk costs the help, nothing else.
  }
}

// A line of JSON; then paths, folders with what was seen there, the value, and the marks as bytes of doubles.
function format(key: string, value: Buffer, { sources, marks }: Stamps): Buffer {
  const parts = [
    Buffer.from(sources.paths.join('\0')),
    Buffer.from([...sources.folders].flat().join('\0')),
    value,
    Buffer.from(marks.buffer, marks.byteOffset, marks.byteLength),
  ]
  const body = Buffer.concat(parts)
  const head = { v: version, key, sum: checksumOf(body), lengths: parts.map(({ length }) => length) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
}
