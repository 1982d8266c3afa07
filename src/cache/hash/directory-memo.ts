import { createHash } from 'node:crypto'
import { clockGrainMs } from '../../base/clock-grain.ts'
import { relativeTo } from '../../base/paths.ts'
import type { DirectoryDigest } from '../hashing.ts'
import type { LocalHashName } from './hash-file.ts'
import { readMemoFile, writeMemoFile } from './memo-file.ts'
import type { WalkedDirectory } from './walk-directory.ts'

/** Digests of directories by what `stat` says of all their files together, so that of an unchanged one nothing but this is
 * needed: neither the digests of its files, which may be millions, nor its listing. Kept between commands in one file of
 * `.restage/`; a damaged one counts as empty. What `HashMemo` says of times holds here too. */
export class DirectoryMemo {
  readonly #root: string
  #read: Map<string, Note> | undefined
  #hasNews = false

  constructor(root: string) {
    this.#root = root
  }

  /** Whether anything is remembered of the directory. `path` is absolute. */
  knows(path: string, hashName: LocalHashName): boolean {
    return this.#notes.has(this.#keyOf(path, hashName))
  }

  /** The digest that the directory with these files is known to have. */
  lookup(path: string, hashName: LocalHashName, walked: WalkedDirectory): DirectoryDigest | undefined {
    const note = this.#notes.get(this.#keyOf(path, hashName))
    if (note === undefined) return undefined
    const [look, oid, size, nfiles] = note
    return look === lookOf(walked) ? { kind: 'directory', hashName, oid, size, nfiles } : undefined
  }

  /** Remembers a digest. `walked` was taken before the files were read, and taking it began at `from` (of `Date.now()`). */
  note(path: string, walked: WalkedDirectory, { hashName, oid, size, nfiles }: DirectoryDigest, from: number): void {
    if (nfiles < fewFiles || !hasSettled(walked, from)) return
    const key = this.#keyOf(path, hashName as LocalHashName)
    const look = lookOf(walked)
    if (this.#notes.get(key)?.[0] === look) return
    // The one that was noted last is forgotten last.
    this.#notes.delete(key)
    this.#notes.set(key, [look, oid, size, nfiles])
    this.#hasNews = true
  }

  /** Writes the memo if there is something new. Never fails: it is only a help. */
  save(): void {
    if (this.#hasNews) writeMemoFile(this.#root, fileName, [...this.#notes].slice(-mostNotes))
  }

  get #notes(): Map<string, Note> {
    return (this.#read ??= new Map(readMemoFile(this.#root, fileName) as readonly (readonly [string, Note])[]))
  }

  #keyOf(path: string, hashName: LocalHashName): string {
    return `${hashName}:${relativeTo(this.#root, path)}`
  }
}

/** What all files look like together, oid, size in bytes, number of files. */
type Note = readonly [look: string, oid: string, size: number, nfiles: number]

const fileName = 'directories.jsonl'
const mostNotes = 10_000

// The digests of a few files are looked up one by one in no time.
const fewFiles = 200

// A file that was written just now could be written again and look the same.
function hasSettled({ folders }: WalkedDirectory, from: number): boolean {
  return folders.every(({ looks }) => {
    for (let at = 1; at < looks.length; at += 3) {
      const mtimeMs = looks[at]!
      if (from - mtimeMs <= clockGrainMs({ mtimeMs })) return false
    }
    return true
  })
}

// Names hold no NUL. Folders come in the order in which they were listed, which stays as long as nothing changes.
function lookOf({ folders }: WalkedDirectory): string {
  const hash = createHash('md5')
  for (const { prefix, names, looks } of folders)
    hash.update(`${prefix}\0${names.join('\0')}\0\0`).update(new Uint8Array(looks.buffer))
  return hash.digest('hex')
}
