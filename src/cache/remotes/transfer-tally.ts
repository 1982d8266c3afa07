/** How far a transfer is. The numbers lie in memory that threads share, so that each counts what it has done, and all of
 * them see at once that they are to stop. */
export class TransferTally {
  readonly shared: SharedArrayBuffer
  /** Files that there are to look at, as far as they are known. */
  total = 0
  readonly #counts: BigInt64Array

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(4 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.shared = shared
    this.#counts = new BigInt64Array(shared)
  }

  /** Files of which it is known what becomes of them: copied, there already, or not to be had. */
  get settled(): number {
    return this.#get(slots.settled)
  }

  /** Files that were copied. */
  get copied(): number {
    return this.#get(slots.copied)
  }

  /** Bytes that were copied, those of files under way too. */
  get bytes(): number {
    return this.#get(slots.bytes)
  }

  get isStopped(): boolean {
    return this.#get(slots.stopped) > 0
  }

  settle(isCopied: boolean): void {
    this.#add(slots.settled, 1)
    if (isCopied) this.#add(slots.copied, 1)
  }

  addBytes(count: number): void {
    this.#add(slots.bytes, count)
  }

  stop(): void {
    this.#add(slots.stopped, 1)
  }

  #get(slot: number): number {
    return Number(Atomics.load(this.#counts, slot))
  }

  #add(slot: number, count: number): void {
    Atomics.add(this.#counts, slot, BigInt(count))
  }
}

const slots = { settled: 0, copied: 1, bytes: 2, stopped: 3 } as const
