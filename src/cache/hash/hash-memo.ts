import { clockGrainMs, isCoarse } from '../../base/clock-grain.ts'
import { relativeTo } from '../../base/paths.ts'
import type { LocalHashName } from './hash-file.ts'
import { readMemoLines, writeMemoFile } from './memo-file.ts'

/** Digests of files by what `stat` says of them (inode, modification time, size), so that unchanged files are not read
 * again. Kept between commands in one file of `.restage/`; a damaged one counts as empty.
 *
 * A file that was written in the last moment before it was hashed could be written again without any of the three
 * changing, because clocks of file systems are coarse. Such a digest is not remembered.                            */
export class HashMemo {
  readonly #root: string
  // Read when somebody asks: that may take longer than all else.
  #read: Map<string, Note | WrittenNote> | undefined
  readonly #used = new Set<string>()
  #newBytes = 0
  #newNotes = 0

  constructor(root: string) {
    this.#root = root
  }

  /** The digest that the file with these stats is known to have. `path` is absolute. */
  lookup(path: string, stats: FileLook, hashName: LocalHashName): string | undefined {
    const key = this.#keyOf(path, hashName)
    const note = noteOf(this.#notes.get(key))
    if (note === undefined || note.ino !== stats.ino || note.mtimeMs !== stats.mtimeMs || note.size !== stats.size)
      return undefined
    this.#use(key)
    return note.oid
  }

  /** Remembers a digest. `stats` were taken before the content was read, and reading began at `readFromMs` (of
   * `Date.now()`). `isSealed`: the file carries a time stamp that no later write can give it, see `seal`. */
  note(path: string, stats: FileLook, hashName: LocalHashName, oid: string, readFrom: number | 'sealed'): void {
    if (readFrom === 'sealed' ? isCoarse(stats) : readFrom - stats.mtimeMs <= clockGrainMs(stats)) return
    const key = this.#keyOf(path, hashName)
    const { ino, mtimeMs, size } = stats
    this.#notes.set(key, { ino, mtimeMs, size, oid })
    this.#use(key)
    this.#newNotes++
    this.#newBytes += size
  }

  /** Writes the memo if that saves the next command some work. Never fails: it is only a help. */
  save(): void {
    if (!isWorthKeeping(this.#newNotes, this.#newBytes)) return
    writeMemoFile(this.#root, fileName, linesOf(this.#kept()))
  }

  get #notes(): Map<string, Note | WrittenNote> {
    return (this.#read ??= readNotes(this.#root))
  }

  // Files that nobody asked for are forgotten once there are too many of them.
  #use(key: string): void {
    if (this.#notes.size > maxNotes / 2) this.#used.add(key)
  }

  #kept(): Iterable<readonly [string, Note | WrittenNote]> {
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

/** A line of the file. Most are never looked at, so it is taken apart when it is. */
type WrittenNote = string

const maxNotes = 1_000_000

// A small project is hashed faster than the memo is read, and a command that had nothing to do should leave no trace.
function isWorthKeeping(notes: number, bytes: number): boolean {
  return notes >= 200 || bytes >= 4 * 2 ** 20
}

const fileName = 'hashes.jsonl'

type Line = readonly [key: string, ino: number, mtimeMs: number, size: number, oid: string]

function* linesOf(notes: Iterable<readonly [string, Note | WrittenNote]>): Generator<Line> {
  for (const [key, kept] of notes) {
    const { ino, mtimeMs, size, oid } = noteOf(kept)
    yield [key, ino, mtimeMs, size, oid]
  }
}

function readNotes(root: string): Map<string, Note | WrittenNote> {
  const notes = new Map<string, Note | WrittenNote>()
  for (const line of readMemoLines(root, fileName)) notes.set(writtenKey(line), line)
  return notes
}

function writtenKey(line: WrittenNote): string {
  const key = line.slice(2, line.indexOf('"', 2))
  return key.includes('\\') ? (JSON.parse(line) as Line)[0] : key
}

function noteOf<T extends Note | undefined>(kept: T | WrittenNote): T | Note {
  if (typeof kept !== 'string') return kept
  const [, ino, mtimeMs, size, oid] = JSON.parse(kept) as Line
  return { ino, mtimeMs, size, oid }
}
