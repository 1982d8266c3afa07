import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import type { MoveBatch, MovedBatch } from '../remotes/move-objects.ts'
import { type FileToHash, Md5Lanes } from './md5-lanes.ts'

// The program of a worker thread. Hashing is synchronous here: file calls that wait in the event loop cost four times
// as much.

/** The digest of each file of a batch; `undefined`: it cannot be read. */
export function hashBatch(files: readonly FileToHash[]): readonly (string | undefined)[] {
  // Lanes pay off when files share them; one alone is faster with the platform's MD5.
  if (files.length === 1) return [hashAlone(files[0]!.path)]
  const digests: (string | undefined)[] = []
  lanes ??= new Md5Lanes()
  lanes.hash(files, (index, digest) => (digests[index] = digest))
  return digests
}

/** See `moveObjects`; loaded when it is called for, because threads that hash do without. */
export async function moveBatch(batch: MoveBatch): Promise<MovedBatch> {
  const { moveObjects } = await import('../remotes/move-objects.ts')
  return await moveObjects(batch)
}

let lanes: Md5Lanes | undefined
let buffer: Buffer | undefined

function hashAlone(path: string): string | undefined {
  try {
    buffer ??= Buffer.allocUnsafe(2 ** 19)
    const hash = createHash('md5')
    const fd = openSync(path, 'r')
    try {
      for (let length = readSync(fd, buffer); length > 0; length = readSync(fd, buffer)) {
        hash.update(buffer.subarray(0, length))
      }
    } finally {
      closeSync(fd)
    }
    return hash.digest('hex')
  } catch {
    return undefined
  }
}
