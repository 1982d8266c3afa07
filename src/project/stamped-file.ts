import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomic } from '../base/write-atomic.ts'
import { makeRestageFolder, restageFolder } from './restage-folder.ts'
import { type Sources, type Stamps, stillHold, takeStamps } from './stamps.ts'

/** Something that was worked out from files, and the files it was worked out from. */
export interface Stamped {
  readonly value: Buffer
  readonly sources: Sources
}

/** What was kept under this name, if it was for the same `key` and every source still looks as it did. A damaged file
 * counts as none. */
export function readStamped(root: string, name: string, key: string): Stamped | undefined {
  try {
    const parsed = parse(readFileSync(fileOf(root, name)), key)
    return parsed !== undefined && stillHold(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

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
    writeAtomic(fileOf(root, name), format(key, value, stamps), { durable: false })
  } catch {
    // A full or read-only disk costs the help, nothing else.
  }
}

function fileOf(root: string, name: string): string {
  return join(restageFolder(root), 'cache', name)
}

const version = 1

// A line of JSON; then paths, folders with what was seen there, the value, and the marks as bytes of doubles.
function format(key: string, value: Buffer, { sources, marks }: Stamps): Buffer {
  const parts = [
    Buffer.from(sources.paths.join('\0')),
    Buffer.from([...sources.folders].flat().join('\0')),
    value,
    Buffer.from(marks.buffer, marks.byteOffset, marks.byteLength),
  ]
  const body = Buffer.concat(parts)
  const head = { v: version, key, md5: md5(body), lengths: parts.map(({ length }) => length) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
}

function parse(bytes: Buffer, key: string): (Stamped & Stamps) | undefined {
  const end = bytes.indexOf(10)
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as { v: number; key: string; md5: string; lengths: number[] }
  const body = bytes.subarray(end + 1)
  if (head.v !== version || head.key !== key || head.md5 !== md5(body)) return undefined
  let at = 0
  const [paths, folders, value, marks] = head.lengths.map((length) => body.subarray(at, (at += length)))
  const seen = textsOf(folders!)
  const pairs = Array.from({ length: seen.length / 2 }, (_, i) => [seen[i * 2]!, seen[i * 2 + 1]!] as const)
  return {
    value: value!,
    sources: { paths: textsOf(paths!), folders: new Map(pairs) },
    // A copy, because doubles must lie at a multiple of eight.
    marks: new Float64Array(new Uint8Array(marks!).buffer),
  }
}

function textsOf(bytes: Buffer): readonly string[] {
  return bytes.length === 0 ? [] : bytes.toString('utf8').split('\0')
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex')
}
