import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clockGrainMs, isCoarse } from '../../base/clock-grain.ts'
import { relativeTo } from '../../base/paths.ts'
import { writeAtomic } from '../../base/write-atomic.ts'
import { makeRestageFolder } from '../../project/restage-folder.ts'
import { restageFolder } from '../../project/restage-path.ts'
import type { LocalHashName } from './hash-file.ts'

/** Digests of files by what `stat` says of them (inode, modification time, size), so that unchanged files are not read
 * again. Kept between commands in one file of `.restage/`; a damaged one counts as empty.
 *
 * A file that was written in the last moment before it was hashed could be written again without any of the three
 * changing, because clocks of file systems are coarse. Such a digest is not remembered.                            */
export class HashMemo {
  readonly #root: string
  readonly #notes: Map<string, Note>
  readonly #used = new Set<string>()
  #newBytes = 0
  #newNotes = 0

  private constructor(root: string, notes: Map<string, Note>) {
    this.#root = root
    this.#notes = notes
  }

  static open(root: string): HashMemo {
    return new HashMemo(root, readNotes(memoFile(root)))
  }

  /** The digest that the file with these stats is known to have. `path` is absolute. */
  lookup(path: string, stats: FileLook, hashName: LocalHashName): string | undefined {
    const key = this.#keyOf(path, hashName)
    const note = this.#notes.get(key)
    if (note === undefined || note.ino !== stats.ino || note.mtimeMs !== stats.mtimeMs || note.size !== stats.size)
      return undefined
    this.#used.add(key)
    return note.oid
  }

  /** Remembers a digest. `stats` were taken before the content was read, and reading began at `readFromMs` (of
   * `Date.now()`). `isSealed`: the file carries a time stamp that no later write can give it, see `seal`. */
  note(path: string, stats: FileLook, hashName: LocalHashName, oid: string, readFrom: number | 'sealed'): void {
    if (readFrom === 'sealed' ? isCoarse(stats) : readFrom - stats.mtimeMs <= clockGrainMs(stats)) return
    const key = this.#keyOf(path, hashName)
    const { ino, mtimeMs, size } = stats
    this.#notes.set(key, { ino, mtimeMs, size, oid })
    this.#used.add(key)
    this.#newNotes++
    this.#newBytes += size
  }

  /** Writes the memo if that saves the next command some work. Never fails: it is only a help. */
  save(): void {
    if (!isWorthKeeping(this.#newNotes, this.#newBytes)) return
    try {
      makeRestageFolder(this.#root)
      writeAtomic(memoFile(this.#root), formatNotes(this.#kept()), { durable: false })
    } catch {
      // A full or read-only disk costs the memo, nothing else.
    }
  }

  // Files that nobody asked for are forgotten once there are too many of them.
  #kept(): Iterable<readonly [string, Note]> {
    if (this.#notes.size <= maxNotes) return this.#notes
    return [...this.#notes].filter(([key]) => this.#used.has(key)).slice(-maxNotes)
  }

  #keyOf(path: string, hashName: LocalHashName): string {
    return `${hashName}:${relativeTo(this.#root, path)}`
  }
}

/** What tells that a file has not changed. */
export interface FileLook {
  readonly ino: number
  /** As Node gives it: a double, exact to about 0.2 µs. */
  readonly mtimeMs: number
  /** In bytes. */
  readonly size: number
}

interface Note extends FileLook {
  readonly oid: string
}

const maxNotes = 1_000_000

// A small project is hashed faster than the memo is read, and a command that had nothing to do should leave no trace.
function isWorthKeeping(notes: number, bytes: number): boolean {
  return notes >= 200 || bytes >= 4 * 2 ** 20
}

function memoFile(root: string): string {
  return join(restageFolder(root), 'hashes.jsonl')
}

const version = 1

// The first line holds the version and the digest of the rest; each further line one note.
function formatNotes(notes: Iterable<readonly [string, Note]>): string {
  const lines: string[] = []
  for (const [key, { ino, mtimeMs, size, oid }] of notes)
    lines.push(`${JSON.stringify([key, ino, mtimeMs, size, oid])}\n`)
  const body = lines.join('')
  return `${JSON.stringify({ v: version, md5: md5(body) })}\n${body}`
}

function readNotes(file: string): Map<string, Note> {
  const notes = new Map<string, Note>()
  try {
    const text = readFileSync(file, 'utf8')
    const end = text.indexOf('\n') + 1
    const body = text.slice(end)
    const head = JSON.parse(text.slice(0, end)) as { v: unknown; md5: unknown }
    if (head.v !== version || head.md5 !== md5(body)) return notes
    for (const line of body.split('\n')) {
      if (line === '') continue
      const [key, ino, mtimeMs, size, oid] = JSON.parse(line) as [string, number, number, number, string]
      notes.set(key, { ino, mtimeMs, size, oid })
    }
    return notes
  } catch {
    return new Map()
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
