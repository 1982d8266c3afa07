import { batchesOf } from '../hash/hash-ahead.ts'
import type { Storing } from '../hash/hash-file.ts'
import { hashInThread, isWorkForThreads } from '../hash/md5-threads.ts'
import { smallObject } from './small-objects.ts'

/** A file that is to become an object. */
export interface FileToStore {
  /** Absolute. */
  readonly path: string
  /** What it was found to be. */
  readonly oid: string
  /** In bytes. */
  readonly size: number
}

/** Has threads store what is small and not there, if that is enough work for them, each file under the digest that it has by
 * now. Whatever cannot be stored so is left for the caller to see to. */
export async function storeInThreads(
  files: readonly FileToStore[],
  isThere: (oid: string) => boolean,
  { place, onStored }: Storing,
): Promise<void> {
  const small = files.filter(({ size }) => size <= smallObject)
  const absent = isEnough(small) ? small.filter(({ oid }) => !isThere(oid)) : []
  if (!isEnough(absent)) return
  await Promise.all(
    batchesOf(absent.map(({ path, size }) => ({ path, stats: { size } }))).map(async (batch) => {
      const { digests, stored } = await hashInThread(batch, { isLong: false, storeIn: place })
      for (const [index, oid] of digests.entries()) if (oid !== undefined && stored[index] === 1) onStored(oid)
    }),
  )
}

function isEnough(files: readonly FileToStore[]): boolean {
  return isWorkForThreads(
    files.length,
    files.reduce((sum, { size }) => sum + size, 0),
  )
}
