/** How far hashing is: of the files whose content has to be read. Bytes lie in memory that threads share, so that each
 * counts what it has read. */
export class HashTally {
  /** Files that are to be read, as far as they are known. */
  total = 0
  /** Files that have been read. */
  settled = 0
  readonly shared: SharedArrayBuffer
  readonly #bytes: BigInt64Array

  constructor(shared = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.shared = shared
    this.#bytes = new BigInt64Array(shared)
  }

  /** Bytes that were read, those of files under way too. */
  get bytes(): number {
    return Number(Atomics.load(this.#bytes, 0))
  }

  addBytes(count: number): void {
    Atomics.add(this.#bytes, 0, BigInt(count))
  }
}

/** Of all hashing in this process: its threads are shared too. */
export const hashTally = new HashTally()
