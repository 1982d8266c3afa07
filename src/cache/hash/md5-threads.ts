import { availableParallelism } from 'node:os'
import { isMainThread, SHARE_ENV, Worker } from 'node:worker_threads'
import { besideBundle } from '../../base/beside-bundle.ts'
import type { ObjectFolder } from '../objects/small-objects.ts'
import { hashTally } from './hash-tally.ts'
import { compileMd5, type Md5Module } from './md5-module.ts'
import type { FilesToHash } from './md5-lanes.ts'

/** How many threads hash at most; none where there is no bundle with their program, and none in a thread: then nothing is
 * lost but time. */
export function threadCount(): number {
  // Asked for every file, and from Node 22 on each answer of the system costs three of its calls.
  return (mostThreads ??= !isMainThread || program() === undefined ? 0 : Math.min(4, availableParallelism()))
}

let mostThreads: number | undefined

/** True if threads would hash this much sooner than we do here: it takes about 30 ms until they run. */
export function isWorkForThreads(files: number, bytes: number): boolean {
  return threadCount() > 0 && (bytes >= 32 * 2 ** 20 || files >= 3000)
}

/** MD5 digests of files by a worker thread. `isLong`: it takes so long that no other work should wait behind it. `storeIn`:
 * small ones become objects there, of the very bytes that were hashed. Idle threads do not keep the process alive. Rejects with the signal's reason when it is
 * aborted; what a thread is doing goes on, and nobody asks for it. */
export async function hashInThread(
  files: readonly SizedFile[],
  { isLong, storeIn, signal }: HashInThreadOptions,
): Promise<HashedFiles> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = withResolvers()
  const ask: FilesToHash = {
    paths: files.map(({ path }) => path).join('\0'),
    sizes: Float64Array.from(files, ({ stats }) => stats.size),
    storeIn,
  }
  const task: Task = { ask, isLong, resolve, reject }
  const abort = (): void => giveUp(task, signal?.reason)
  signal?.addEventListener('abort', abort)
  try {
    waiting.push(task)
    handOut()
    const { digests, stored } = await promise
    return { digests: digests.split('\0').map((digest) => (digest === '' ? undefined : digest)), stored }
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

export interface SizedFile {
  readonly path: string
  readonly stats: { readonly size: number }
}

interface HashInThreadOptions {
  readonly isLong: boolean
  readonly storeIn?: ObjectFolder | undefined
  readonly signal?: AbortSignal | undefined
}

/** What became of the files, in their order. */
export interface HashedFiles {
  /** `undefined` for one that cannot be read. */
  readonly digests: readonly (string | undefined)[]
  /** 1 for one that is an object now, read-only and of the digest's name; it may have been there before. */
  readonly stored: Uint8Array
}

/** The same as it comes from a thread: digests in one text, with a NUL between them, empty for one that cannot be read. */
export interface HashedBatch extends Pick<HashedFiles, 'stored'> {
  readonly digests: string
}

interface Answer {
  readonly promise: Promise<HashedBatch>
  readonly resolve: (hashed: HashedBatch) => void
  readonly reject: (reason: unknown) => void
}

interface Task extends Pick<Answer, 'resolve' | 'reject'> {
  readonly ask: FilesToHash
  readonly isLong: boolean
}

function withResolvers(): Answer {
  let answer: Pick<Answer, 'resolve' | 'reject'> | undefined
  const promise = new Promise<HashedBatch>((resolve, reject) => (answer = { resolve, reject }))
  return { promise, ...answer! }
}

const waiting: Task[] = []
const threads: Thread[] = []

function giveUp(task: Task, reason: unknown): void {
  const place = waiting.indexOf(task)
  if (place !== -1) waiting.splice(place, 1)
  task.reject(reason)
}

// To the thread that has least to do. Two short tasks are on their way at a time, so that no thread waits for us.
function handOut(): void {
  while (waiting[0] !== undefined) {
    if (threads.every((thread) => thread.isBusy) && threads.length < threadCount()) threads.push(new Thread())
    const [first, ...others] = threads
    const freest = others.reduce((best, thread) => (thread.load < best.load ? thread : best), first!)
    if (freest.load >= 2 || (freest.isBusy && (waiting[0].isLong || freest.isLong))) return
    freest.take(waiting.shift()!)
  }
}

/** What a thread begins with. */
export interface HashWorkerData {
  readonly module: Md5Module
  /** Of the tally of bytes. */
  readonly shared: SharedArrayBuffer
}

class Thread {
  readonly #worker: Worker
  readonly #tasks: Task[] = []

  constructor() {
    this.#worker = new Worker(program()!, {
      env: SHARE_ENV,
      execArgv: [],
      trackUnmanagedFds: false,
      workerData: { module: md5Module(), shared: hashTally.shared } satisfies HashWorkerData,
    })
    this.#worker.on('message', (hashed: HashedBatch) => {
      this.#tasks.shift()?.resolve(hashed)
      if (!this.isBusy) this.#worker.unref()
      handOut()
    })
    this.#worker.on('error', (error) => {
      threads.splice(threads.indexOf(this), 1)
      for (const task of this.#tasks) task.reject(error)
      handOut()
    })
  }

  get load(): number {
    return this.#tasks.length
  }

  get isBusy(): boolean {
    return this.load > 0
  }

  get isLong(): boolean {
    return this.#tasks.some((task) => task.isLong)
  }

  take(task: Task): void {
    this.#worker.ref()
    this.#tasks.push(task)
    this.#worker.postMessage(task.ask, [])
  }
}

let found: string | false | undefined
function program(): string | undefined {
  found ??= besideBundle('hash-worker.cjs') ?? false
  return found === false ? undefined : found
}

let compiled: Md5Module | undefined
function md5Module(): Md5Module {
  compiled ??= compileMd5()
  return compiled
}
