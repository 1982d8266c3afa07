import type { FileHashing } from './hash-file.ts'
import type { FileLook } from './hash-memo.ts'
import { hashTally } from './hash-tally.ts'
import { laneCount } from './md5-module.ts'
import { hashInThread, isWorkForThreads, threadCount } from './md5-threads.ts'

/** A file whose digest is wanted, as it looked before. */
export interface FileToHash {
  readonly path: string
  readonly stats: FileLook
}

/** Digests of files that are found one after the other. Once they are work enough for threads, these begin with what was
 * found while the search goes on. */
export class HashAhead {
  readonly #how: FileHashing
  readonly #digests: (string | undefined)[] = []
  readonly #handed: Promise<void>[] = []
  readonly #large: NumberedFile[] = []
  #small: NumberedFile[] = []
  #unknown = 0
  #bytes = 0

  constructor(how: FileHashing) {
    this.#how = how
  }

  add(file: FileToHash): void {
    const { memo, hashName } = this.#how
    const known = memo?.lookup(file.path, file.stats, hashName)
    const number = this.#digests.push(known) - 1
    if (known !== undefined || hashName !== 'md5') return
    const list = file.stats.size < largeSize ? this.#small : this.#large
    list.push({ ...file, number })
    this.#unknown++
    this.#bytes += file.stats.size
    if (this.#small.length >= batchFiles && isWorkForThreads(this.#unknown, this.#bytes)) this.#handOverSmall()
  }

  /** The digests in the order of the files, as far as they are known already or worth the work of threads; the others are
   * left `undefined`, for `hashFile`. Rejects with the signal's reason when it is aborted. */
  async finish(): Promise<readonly (string | undefined)[]> {
    if (isWorkForThreads(this.#unknown, this.#bytes)) {
      this.#handOverSmall()
      for (const group of groupLarge(this.#large, threadCount())) this.#handOver(group, true)
    }
    await Promise.all(this.#handed)
    return this.#digests
  }

  #handOverSmall(): void {
    for (const batch of batchesOf(this.#small)) this.#handOver(batch, false)
    this.#small = []
  }

  #handOver(files: readonly NumberedFile[], isLong: boolean): void {
    const handed = this.#hash(files, isLong)
    // Until somebody asks for it.
    handed.catch(() => undefined)
    this.#handed.push(handed)
  }

  async #hash(files: readonly NumberedFile[], isLong: boolean): Promise<void> {
    const { memo, hashName, storing, signal } = this.#how
    const readFrom = Date.now()
    hashTally.total += files.length
    const { digests, stored } = await hashInThread(files, { isLong, storeIn: storing?.place, signal })
    hashTally.settled += files.length
    for (const [place, { number, path, stats }] of files.entries()) {
      const oid = digests[place]
      this.#digests[number] = oid
      if (oid === undefined) continue
      memo?.note(path, stats, hashName, oid, readFrom)
      if (stored[place] === 1) storing?.onStored(oid)
    }
  }
}

interface NumberedFile extends FileToHash {
  readonly number: number
}

/** From this size on, in bytes, a file is work for a while. */
const largeSize = 2 ** 20
const batchFiles = 512
const batchBytes = 16 * largeSize

/** Small files go together in their order, so many that handing over costs nothing and so few that all threads have work. */
export function batchesOf<F extends { readonly stats: { readonly size: number } }>(
  files: readonly F[],
): readonly (readonly F[])[] {
  const batches: F[][] = []
  let [batch, bytes]: [F[], number] = [[], 0]
  for (const file of files) {
    batch.push(file)
    bytes += file.stats.size
    if (batch.length < batchFiles && bytes < batchBytes) continue
    batches.push(batch)
    ;[batch, bytes] = [[], 0]
  }
  return batch.length > 0 ? [...batches, batch] : batches
}

/** Large files go together in the lanes of a thread, the largest first, as many as leave no thread idle; so few that lanes
 * would be slower than the platform's MD5 go alone. */
export function groupLarge<F extends { readonly stats: { readonly size: number } }>(
  files: readonly F[],
  threads: number,
): readonly (readonly F[])[] {
  const share = Math.ceil(files.length / threads)
  const together = share < fewestTogether ? 1 : Math.min(share, laneCount)
  const bySize = files.toSorted((a, b) => b.stats.size - a.stats.size)
  return Array.from({ length: Math.ceil(bySize.length / together) }, (_, group) =>
    bySize.slice(group * together, (group + 1) * together),
  )
}

// Three of eight lanes make 0.9 GB/s where OpenSSL makes 0.7.
const fewestTogether = 3
