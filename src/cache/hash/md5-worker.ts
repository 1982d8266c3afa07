import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { HashTally } from './hash-tally.ts'
import { type FilesToHash, Md5Lanes } from './md5-lanes.ts'
import type { HashWorkerData } from './md5-threads.ts'

// The program of a worker thread. Everything is synchronous here: file calls that wait in the event loop cost four times
// as much. One string is asked and one answered for many files, because to copy an object for each between threads costs
// more than to hash a small file.
parentPort?.on('message', (files: FilesToHash) => {
  const digests = digestsOf(files)
  tally.addBytes(uncounted)
  uncounted = 0
  parentPort!.postMessage(digests.join('\0'), [])
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
function digestsOf(files: FilesToHash): readonly string[] {
  const paths = files.paths.split('\0')
  // Lanes pay off when files share them; one alone is faster with the platform's MD5.
  if (paths.length === 1) return [hashAlone(paths[0]!)]
  const digests = paths.map(() => '')
  lanes ??= new Md5Lanes(module, count)
  lanes.hash(files, (index, digest) => (digests[index] = digest ?? ''))
  return digests
}

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
