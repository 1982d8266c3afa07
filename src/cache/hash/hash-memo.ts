import { clockGrainMs, isCoarse } from '../../base/clock-grain.ts'
import { relativeTo } from '../../base/paths.ts'
import type { LocalHashName } from './hash-file.ts'
import { readMemoFile, writeMemoFile } from './memo-file.ts'

/** Digests of files by what `stat` says of them (inode, modification time, size), so that unchanged files are not read
 * again. Kept between commands in one file of `.restage/`; a damaged one counts as empty.
 *
 * A file that was written in the last moment before it was hashed could be written again without any of the three
 * changing, because clocks of file systems are coarse. Such a digest is not remembered.                            */
export class HashMemo {
  readonly #root: string
  // Read when somebody asks: that may take longer than all else.
  #read: Map<string, Note> | undefined
  readonly #used = new Set<string>()
  #newBytes = 0
  #newNotes = 0

  constructor(root: string) {
    this.#root = root
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
    writeMemoFile(this.#root, fileName, linesOf(this.#kept()))
  }

  get #notes(): Map<string, Note> {
    return (this.#read ??= readNotes(this.#root))
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

const fileName = 'hashes.jsonl'

type Line = readonly [key: string, ino: number, mtimeMs: number, size: number, oid: string]

function* linesOf(notes: Iterable<readonly [string, Note]>): Generator<Line> {
  for (const [key, { ino, mtimeMs, size, oid }] of notes) yield [key, ino, mtimeMs, size, oid]
}

function readNotes(root: string): Map<string, Note> {
  const lines = readMemoFile(root, fileName) as readonly Line[]
  return new Map(lines.map(([key, ino, mtimeMs, size, oid]) => [key, { ino, mtimeMs, size, oid }]))
}
