import { isMainThread } from 'node:worker_threads'
import type { Tinypool } from 'tinypool'
import { besideBundle } from '../../base/beside-bundle.ts'

/** The program of threads that move objects; `undefined`: there is no bundle, or this is such a thread. */
export function moveProgram(): string | undefined {
  return isMainThread ? besideBundle('move-worker.cjs') : undefined
}

/** Threads that do what `move-worker.ts` exports. */
export async function openMoveThreads(program: string, most: number): Promise<Tinypool> {
  const { Tinypool } = await import('tinypool')
  return new Tinypool({
    filename: program,
    minThreads: 0,
    maxThreads: most,
    idleTimeout: 2000,
    runtime: 'worker_threads',
  })
}
