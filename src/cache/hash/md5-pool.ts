import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import type { Tinypool } from 'tinypool'
import type { FileToHash } from './md5-lanes.ts'
import type { hashBatch } from './md5-worker.ts'

/** True if threads would hash these files sooner than we do here: it takes about 50 ms until they run. */
export function isWorkForThreads(files: readonly Pick<FileToHash, 'size'>[]): boolean {
  if (!hasThreads()) return false
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return bytes >= 32 * 2 ** 20 || files.length >= 3000
}

/** True if threads can be had: a thread has none of its own. */
export function hasThreads(): boolean {
  return program !== undefined && isMainThread
}

/** MD5 digests by worker threads, as many as there are cores; `undefined` for a file that cannot be read. Idle threads do
 * not keep the process alive. Rejects with the signal's reason when it is aborted. */
export async function hashInThreads(
  files: readonly FileToHash[],
  signal?: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  signal?.throwIfAborted()
  const digests: (string | undefined)[] = []
  pool ??= openThreads(threadCount)
  const threads = await pool
  await Promise.all(
    toBatches(files).map(async (numbers) => {
      const batch = numbers.map((number) => files[number]!)
      const options = { name: 'hashBatch', ...(signal && { signal }) }
      const found = (await threads.run(batch, options)) as ReturnType<typeof hashBatch>
      for (const [place, number] of numbers.entries()) digests[number] = found[place]
    }),
  ).catch((error: unknown) => {
    signal?.throwIfAborted()
    throw error
  })
  return digests
}

/** Numbers of the files of each batch. Large files go together by four, which share the lanes of a thread; if there are
 * too few of them to occupy every thread that way, each goes alone. */
export function toBatches(files: readonly FileToHash[], threads = threadCount): readonly (readonly number[])[] {
  const large: number[] = []
  const batches: number[][] = []
  let [batch, bytes]: [number[], number] = [[], 0]
  for (const [number, { size }] of files.entries()) {
    if (size >= largeSize) {
      large.push(number)
      continue
    }
    batch.push(number)
    bytes += size
    if (batch.length < 512 && bytes < 16 * largeSize) continue
    batches.push(batch)
    ;[batch, bytes] = [[], 0]
  }
  if (batch.length > 0) batches.push(batch)
  const together = large.length >= 4 * threads ? 4 : 1
  const bySize = large.toSorted((a, b) => files[b]!.size - files[a]!.size)
  const groups = Array.from({ length: Math.ceil(bySize.length / together) }, (_, group) =>
    bySize.slice(group * together, (group + 1) * together),
  )
  return [...groups, ...batches]
}

const largeSize = 2 ** 20
const threadCount = Math.min(4, availableParallelism())

// Beside the bundled program, in a folder of its own or not. Where there is no bundle, nothing is lost but time.
const program = ['./hash-worker.cjs', '../hash-worker.cjs']
  .map((place) => fileURLToPath(new URL(place, import.meta.url)))
  .find((path) => existsSync(path))

let pool: Promise<Tinypool> | undefined

/** Threads that do what `md5-worker.ts` exports; only where `hasThreads`. */
export async function openThreads(most: number): Promise<Tinypool> {
  const { Tinypool } = await import('tinypool')
  return new Tinypool({
    filename: program!,
    minThreads: 0,
    maxThreads: most,
    idleTimeout: 2000,
    runtime: 'worker_threads',
  })
}
