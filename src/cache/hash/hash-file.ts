import { type Hash, createHash, hash as digestNow } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { clockGrainMs } from '../../base/clock-grain.ts'
import { breathe, mustBreathe } from '../../base/breathe.ts'
import type { HashName } from '../../project/record.ts'
import type { ObjectFolder } from '../objects/small-objects.ts'
import type { FileLook, HashMemo } from './hash-memo.ts'
import { hashTally } from './hash-tally.ts'
import { isText } from './is-text.ts'
import { hashInThread, isWorkForThreads } from './md5-threads.ts'

/** The digests that local files have. */
export type LocalHashName = Extract<HashName, 'md5' | 'md5-dos2unix'>

/** The digest of a file's content. `stats` are its own, links followed. Throws Node's file errors, and the signal's
 * reason when it is aborted. */
export async function hashFile(path: string, stats: FileLook, how: FileHashing): Promise<string> {
  const { memo, hashName } = how
  const known = memo?.lookup(path, stats, hashName)
  if (known !== undefined) return known
  if (stats.size > chunkSize) await letClockTick(stats)
  const readFrom = Date.now()
  hashTally.total++
  const oid = stats.size > chunkSize ? await hashLarge(path, stats, how) : hashSmall(path, hashName)
  hashTally.settled++
  memo?.note(path, stats, hashName, oid, readFrom)
  if (mustBreathe()) await breathe()
  return oid
}

/** Copies a file and gives the digest of what was copied, which is read once for both. `onBytes` is told of every piece
 * that was written, and ends the copy by throwing. Throws Node's file errors, also if `target` is there. */
export async function copyHashed(
  source: string,
  target: string,
  { hashName, onBytes }: { readonly hashName: LocalHashName; readonly onBytes: (count: number) => void },
): Promise<string> {
  const { size } = statSync(source)
  if (size > chunkSize) {
    await using copy = await open(target, 'wx')
    return await hashPieces(source, hashName, async (piece) => {
      for (let at = 0; at < piece.length;) at += (await copy.write(piece, at)).bytesWritten
      onBytes(piece.length)
    })
  }
  const bytes = readFileSync(source)
  writeFileSync(target, bytes, { flag: 'wx' })
  onBytes(bytes.length)
  return hashBytes(bytes, hashName)
}

export interface FileHashing {
  readonly hashName: LocalHashName
  /** Absent: the content is read in any case. */
  readonly memo?: HashMemo | undefined
  /** What is read in threads is stored by them as well, as far as it is small. */
  readonly storing?: Storing | undefined
  readonly signal?: AbortSignal | undefined
}

/** A store for what is being hashed. */
export interface Storing {
  readonly place: ObjectFolder
  /** Is told of every object that is there and sound. */
  readonly onStored: (oid: string) => void
}

// DVC judges and hashes a DVC 2.x file in pieces of this size; of a plain MD5 they may be of any.
const chunkSize = 2 ** 20

// The digest of a file written just now cannot be remembered; for a large one a moment's wait is cheaper than to read
// it again when it is stored.
async function letClockTick(stats: FileLook): Promise<void> {
  const waitMs = stats.mtimeMs + clockGrainMs(stats) + 1 - Date.now()
  const readingMs = stats.size / 500_000
  if (waitMs > 0 && waitMs < readingMs) await sleep(waitMs)
}

async function hashLarge(path: string, stats: FileLook, { hashName, signal }: FileHashing): Promise<string> {
  if (hashName === 'md5' && isWorkForThreads(1, stats.size)) {
    const {
      digests: [digest],
    } = await hashInThread([{ path, stats }], { isLong: true, signal })
    if (digest !== undefined) return digest
  }
  return await hashPieces(path, hashName, (piece) => {
    signal?.throwIfAborted()
    hashTally.addBytes(piece.length)
  })
}

// `onPiece` gets what was read before it is hashed, and throws to end the reading.
async function hashPieces(
  path: string,
  hashName: LocalHashName,
  onPiece: (piece: Buffer) => Promise<void> | void,
): Promise<string> {
  const hash = createHash('md5')
  const buffer = Buffer.allocUnsafe(chunkSize)
  await using file = await open(path, 'r')
  for (;;) {
    const piece = buffer.subarray(0, await fill(file, buffer))
    await onPiece(piece)
    if (piece.length > 0) feed(hash, piece, hashName)
    if (piece.length < chunkSize) return hash.digest('hex')
  }
}

// One read may return less than asked for without being the last.
async function fill(
  file: { read(buffer: Buffer, offset: number): Promise<{ bytesRead: number }> },
  buffer: Buffer,
): Promise<number> {
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

function hashSmall(path: string, hashName: LocalHashName): string {
  const bytes = readFileSync(path)
  hashTally.addBytes(bytes.length)
  return hashBytes(bytes, hashName)
}

function hashBytes(bytes: Buffer, hashName: LocalHashName): string {
  if (hashName === 'md5') return digestNow('md5', bytes)
  const hash = createHash('md5')
  // A file may have grown since its size was looked at.
  for (let at = 0; at < bytes.length; at += chunkSize) feed(hash, bytes.subarray(at, at + chunkSize), hashName)
  return hash.digest('hex')
}

// DVC: dvc-data, `hash.py::Dos2UnixHashStreamFile`. Each piece is judged by its own first bytes, and a line end that two
// pieces share stays as it is.
function feed(hash: Hash, chunk: Buffer, hashName: LocalHashName): void {
  hash.update(hashName === 'md5-dos2unix' && isText(chunk) ? withoutCarriageReturns(chunk) : chunk)
}

function withoutCarriageReturns(chunk: Buffer): Buffer {
  if (!chunk.includes('\r\n')) return chunk
  return Buffer.from(chunk.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}
