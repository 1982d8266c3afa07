import { closeSync, openSync, readSync } from 'node:fs'
import type { ObjectFolder } from '../objects/small-objects.ts'
import { addressesAt, compileMd5, freeAt, laneCount, loadMd5, type Md5Exports, stateAt } from './md5-module.ts'

/** Files whose digests are wanted, in a form that is cheap to hand to a thread. */
export interface FilesToHash {
  /** One after the other, with a NUL between them, which no path holds. */
  readonly paths: string
  /** Bytes of each as `stat` told: a file that grows meanwhile is read as far, as Node's `readFile` does. 0: to its end. */
  readonly sizes: Float64Array
  /** Where those that are small become objects at the same time. */
  readonly storeIn?: ObjectFolder | undefined
}

/** Takes the digest of the path with this number; `undefined`: it cannot be read. `file`: what was hashed. */
export type TakeDigest = (index: number, digest: string | undefined, file: HashedFile) => void

export interface HashedFile {
  /** All bytes of which the digest is, good until it is taken; `undefined`: one reading did not give them. */
  readonly whole: Uint8Array | undefined
}

/** MD5 digests of many files, eight at a time on one core; reads synchronously, so it belongs into a worker thread or in
 * front of few bytes. Memory does not grow with the files. */
export class Md5Lanes {
  readonly #bytes: Buffer
  readonly #words: Uint32Array
  readonly #rounds: Md5Exports['rounds']
  readonly #lanes: readonly Lane[]

  /** `onBytes` is told of what was read. */
  constructor(module = compileMd5(), onBytes: (count: number) => void = () => undefined) {
    const { memory, rounds } = loadMd5(module, laneCount * laneSize)
    this.#bytes = Buffer.from(memory.buffer)
    this.#words = new Uint32Array(memory.buffer)
    this.#rounds = rounds
    this.#lanes = Array.from({ length: laneCount }, (_, index) => new Lane(this.#bytes, index, onBytes))
  }

  /** Hashes all files, calling `take` once for each, in the order in which they end. */
  hash(files: FilesToHash, take: TakeDigest): void {
    const paths = files.paths.split('\0')
    let next = 0
    const refill = (lane: Lane): boolean => {
      while (next < paths.length) {
        const index = next++
        if (lane.open(index, paths[index]!, files.sizes[index]!)) {
          this.#resetState(lane.index)
          return true
        }
        take(index, undefined, lane)
      }
      return false
    }
    let busy = this.#lanes.filter(refill)
    while (busy.length > 0) {
      this.#advance(busy)
      busy = busy.filter((lane) => {
        if (lane.blocks > 0 || lane.readOn()) return true
        take(lane.file, lane.isBroken ? undefined : this.#digest(lane.index), lane)
        return refill(lane)
      })
    }
  }

  // All lanes go as far as the one that has least. An idle one computes what lies about in its place; nobody asks for it.
  #advance(busy: readonly Lane[]): void {
    let blocks = Infinity
    for (const lane of busy) blocks = Math.min(blocks, lane.blocks)
    for (const lane of this.#lanes) this.#words[addressesAt / 4 + lane.index] = lane.blocks > 0 ? lane.at : lane.start
    this.#rounds(blocks)
    for (const lane of busy) lane.skip(blocks)
  }

  #resetState(lane: number): void {
    for (const [word, value] of initialState.entries()) this.#words[stateAt(lane, word) / 4] = value
  }

  #digest(lane: number): string {
    const digest = Buffer.allocUnsafe(16)
    for (let word = 0; word < 4; word++) digest.writeUInt32LE(this.#words[stateAt(lane, word) / 4]!, 4 * word)
    return digest.toString('hex')
  }
}

const blockSize = 64
// Large enough that reading costs little per byte, small enough that eight of them stay in the processor's cache.
const readSize = 128 * 1024
// A last block and the length may follow what was read.
const laneSize = readSize + 2 * blockSize
const initialState = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]

// One file on its way through a lane.
class Lane implements HashedFile {
  readonly index: number
  /** Where its place in memory begins. */
  readonly start: number
  readonly #bytes: Buffer
  readonly #onBytes: (count: number) => void
  #fd = -1
  #length = 0
  #end = 0
  #isLast = false
  #isWhole = false
  file = -1
  /** Where the next block stands. */
  at = 0
  /** How many blocks stand there. */
  blocks = 0
  /** It cannot be read (any more). */
  isBroken = false

  constructor(bytes: Buffer, index: number, onBytes: (count: number) => void) {
    this.#bytes = bytes
    this.#onBytes = onBytes
    this.index = index
    this.start = freeAt + index * laneSize
  }

  /** False: it cannot be read. */
  open(file: number, path: string, size: number): boolean {
    this.file = file
    this.#end = size === 0 ? Infinity : size
    this.isBroken = false
    this.#length = 0
    this.#isLast = false
    this.#isWhole = false
    try {
      this.#fd = openSync(path, 'r')
    } catch {
      return false
    }
    return this.readOn()
  }

  /** Reads the next blocks, at the end with MD5's padding. False: that was all, or reading failed. */
  readOn(): boolean {
    if (this.#isLast) return false
    try {
      const length = this.#fill()
      this.#onBytes(length)
      this.#length += length
      this.at = this.start
      this.#isLast = length < readSize || this.#length >= this.#end
      this.#isWhole = this.#isLast && length === this.#length
      this.blocks = (this.#isLast ? this.#pad(length) : length) / blockSize
    } catch {
      this.isBroken = true
    }
    if (this.#isLast || this.isBroken) closeSync(this.#fd)
    return !this.isBroken
  }

  get whole(): Uint8Array | undefined {
    return this.#isWhole ? this.#bytes.subarray(this.start, this.start + this.#length) : undefined
  }

  skip(blocks: number): void {
    this.at += blocks * blockSize
    this.blocks -= blocks
  }

  // One read may return less than asked for without being the last.
  #fill(): number {
    let length = 0
    const wanted = Math.min(readSize, this.#end - this.#length)
    while (length < wanted) {
      const got = readSync(this.#fd, this.#bytes, this.start + length, wanted - length, null)
      if (got === 0) break
      length += got
    }
    return length
  }

  // A bit, zeros, and the length in bits, up to a whole block (RFC 1321, 3.1 and 3.2).
  #pad(length: number): number {
    const end = Math.ceil((length + 9) / blockSize) * blockSize
    const at = this.start + length
    this.#bytes[at] = 0x80
    this.#bytes.fill(0, at + 1, this.start + end - 8)
    this.#bytes.writeBigUInt64LE(BigInt(this.#length) * 8n, this.start + end - 8)
    return end
  }
}
