import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { type ObjectFolder, SmallObjects } from '../objects/small-objects.ts'
import { HashTally } from './hash-tally.ts'
import { type FilesToHash, type HashedFile, Md5Lanes } from './md5-lanes.ts'
import type { HashedBatch, HashWorkerData } from './md5-threads.ts'

// The program of a worker thread. Everything is synchronous here: file calls that wait in the event loop cost four times
// as much. One string is asked and one answered for many files, because to copy an object for each between threads costs
// more than to hash a small file.
parentPort?.on('message', (files: FilesToHash) => {
  const hashed = hashBatch(files)
  tally.addBytes(uncounted)
  uncounted = 0
  parentPort!.postMessage(hashed, [])
})

const { module, shared } = workerData as HashWorkerData
const tally = new HashTally(shared)
let uncounted = 0

// Not every small file is worth telling.
function count(bytes: number): void {
  uncounted += bytes
  if (uncounted < 2 ** 20) return
  tally.addBytes(uncounted)
  uncounted = 0
}

// The empty text stands for a file that cannot be read.
function hashBatch(files: FilesToHash): HashedBatch {
  const paths = files.paths.split('\0')
  const digests = paths.map(() => '')
  const stored = new Uint8Array(paths.length)
  // Lanes pay off when files share them; one alone is faster with the platform's MD5.
  if (paths.length === 1) return { digests: hashAlone(paths[0]!), stored }
  const store = storingIn(files.storeIn)
  lanes ??= new Md5Lanes(module, count)
  lanes.hash(files, (index, digest = '', file) => {
    digests[index] = digest
    if (digest !== '' && store?.(digest, file)) stored[index] = 1
  })
  return { digests: digests.join('\0'), stored }
}

// What is not stored is seen to by whoever asked, who also finds out why.
function storingIn(place: ObjectFolder | undefined): ((oid: string, file: HashedFile) => boolean) | undefined {
  if (place === undefined) return undefined
  if (objects?.folder !== place.folder) objects = new SmallObjects(place)
  const small = objects
  let hasFailed = false
  return (oid, file) => {
    const bytes = hasFailed ? undefined : file.whole
    if (bytes === undefined) return false
    try {
      return small.isSound(oid) ?? small.put(oid, bytes)
    } catch {
      hasFailed = true
      return false
    }
  }
}

let objects: SmallObjects | undefined
let lanes: Md5Lanes | undefined
let buffer: Buffer | undefined

function hashAlone(path: string): string {
  try {
    buffer ??= Buffer.allocUnsafe(2 ** 19)
    const hash = createHash('md5')
    const fd = openSync(path, 'r')
    try {
      for (let length = readSync(fd, buffer); length > 0; length = readSync(fd, buffer)) {
        hash.update(buffer.subarray(0, length))
        count(length)
      }
    } finally {
      closeSync(fd)
    }
    return hash.digest('hex')
  } catch {
    return ''
  }
}
