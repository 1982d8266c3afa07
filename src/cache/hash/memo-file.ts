import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomic } from '../../base/write-atomic.ts'
import { makeRestageFolder } from '../../project/restage-folder.ts'
import { restageFolder } from '../../project/restage-path.ts'

const version = 1

/** The JSON values in a file of `.restage/`, a line each; none if it is missing, damaged or of another version. */
export function readMemoFile(root: string, name: string): readonly unknown[] {
  return readMemoLines(root, name).map((line): unknown => JSON.parse(line))
}

/** The same as they are written, for who needs few of them. */
export function readMemoLines(root: string, name: string): readonly string[] {
  try {
    const text = readFileSync(join(restageFolder(root), name), 'utf8')
    const end = text.indexOf('\n') + 1
    const body = text.slice(end)
    const head = JSON.parse(text.slice(0, end)) as { v: unknown; md5: unknown }
    if (head.v !== version || head.md5 !== md5(body)) return []
    const lines = body.split('\n')
    lines.pop()
    return lines
  } catch {
    return []
  }
}

/** Replaces such a file. Never fails: it is only a help, and a full or read-only disk costs nothing else. The first line
 * holds the version and the digest of the rest. */
export function writeMemoFile(root: string, name: string, values: Iterable<unknown>): void {
  const lines: string[] = []
  for (const value of values) lines.push(`${JSON.stringify(value)}\n`)
  const body = lines.join('')
  try {
    const text = `${JSON.stringify({ v: version, md5: md5(body) })}\n${body}`
    writeAtomic(join(makeRestageFolder(root), name), text, { durable: false })
  } catch {
    // Nothing is kept.
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
