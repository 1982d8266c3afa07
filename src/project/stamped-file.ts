import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checksumOf } from '../base/checksum.ts'
import { restageFolder } from './restage-path.ts'
import { type Sources, type Stamps, stillHold } from './stamps.ts'

/** Something that was worked out from files, and the files it was worked out from. */
export interface Stamped {
  readonly value: Buffer
  readonly sources: Sources
}

/** What was kept under this name, if it was for the same `key` and every source still looks as it did. A damaged file
 * counts as none. */
export function readStamped(root: string, name: string, key: string): Stamped | undefined {
  try {
    const parsed = parse(readFileSync(stampedFile(root, name)), key)
    return parsed !== undefined && stillHold(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Where it stands. */
export function stampedFile(root: string, name: string): string {
  return join(restageFolder(root), 'cache', name)
}

/** Of the form of these files. */
export const version = 2

// The first line is JSON; see `writeStamped` for the rest.
function parse(bytes: Buffer, key: string): (Stamped & Stamps) | undefined {
  const end = bytes.indexOf(10)
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as { v: number; key: string; sum: number; lengths: number[] }
  const body = bytes.subarray(end + 1)
  if (head.v !== version || head.key !== key || head.sum !== checksumOf(body)) return undefined
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
