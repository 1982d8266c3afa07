import { AsyncLocalStorage } from 'node:async_hooks'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../base/result.ts'
import { isLockHeld, type LockConfig, lockFile } from './lock-file.ts'
import type { HeldLock, LockPatience } from './lock-kind.ts'
import { type Waiter, WaitingLine } from './waiting-line.ts'

export interface RepoLockOptions extends LockPatience {
  readonly config: LockConfig
}

/** Runs `body` while this process alone holds DVC's repository lock (`lock.py`). Windows of one process wait for each
 * other; those that queue up meanwhile share one hold, as long as it is short, because DVC gives up after 3 s. A window
 * inside a window runs at once. Resolves to problems if the lock could not be had; rejects as `body` does. */
export async function withRepoLock<T>(
  root: string,
  options: RepoLockOptions,
  body: () => Promise<T>,
): Promise<Result<T>> {
  const lock = lockOf(root)
  if (isInside(lock)) return ok(await body())
  return new Promise<Result<T>>((resolve, reject) => {
    const { config, ...patience } = options
    lock.enqueue({
      config,
      patience,
      run: () =>
        runInside(lock, body).then(
          (value) => () => resolve(ok(value)),
          (error: unknown) => () => reject(error),
        ),
      refuse: resolve,
    })
  })
}

/** True if somebody holds DVC's repository lock, since when they may have written `file`: it is younger than the lock. */
export function isHeldByWriterOf(file: string, root: string, config: LockConfig): boolean {
  const lock = repoLockOf(root)
  const [written, taken] = [file, lock].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs)
  // A claim of `core.hardlink_lock` is dated a year ahead.
  const isYounger = config.hardlinkLock || (written ?? 0) >= (taken ?? Infinity)
  return taken !== undefined && isYounger && isLockHeld(lock, config)
}

function repoLockOf(root: string): string {
  return join(root, '.dvc/tmp/lock')
}

// What the code that asks is running inside of. Work that outlives its window is not inside any more.
const inside = new AsyncLocalStorage<{ readonly lock: RepoLock; isOpen: boolean }>()
const locks = new Map<string, RepoLock>()

function lockOf(root: string): RepoLock {
  const known = locks.get(root)
  if (known !== undefined) return known
  const lock = new RepoLock(root)
  locks.set(root, lock)
  return lock
}

function isInside(lock: RepoLock): boolean {
  const window = inside.getStore()
  return window !== undefined && window.isOpen && window.lock === lock
}

async function runInside<T>(lock: RepoLock, body: () => Promise<T>): Promise<T> {
  const window = { lock, isOpen: true }
  openWindows++
  try {
    return await inside.run(window, body)
  } finally {
    window.isOpen = false
    // While it is followed what is inside of what, every promise of the program costs more.
    if (--openWindows === 0) inside.disable()
  }
}

let openWindows = 0

interface LockWindow extends Waiter {
  readonly config: LockConfig
  /** Never rejects; resolves to what tells the one who waits for the window that it is over. */
  run(): Promise<() => void>
}

/** After this time, in ms, others get a chance before our next window. */
const longestHoldMs = 1000

class RepoLock {
  readonly #root: string
  readonly #windows = new WaitingLine<LockWindow>()
  #isBusy = false

  constructor(root: string) {
    this.#root = root
  }

  enqueue(window: LockWindow): void {
    this.#windows.push(window)
    if (!this.#isBusy) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#isBusy = true
    for (let first = this.#windows.first; first !== undefined; first = this.#windows.first) {
      const { config } = first
      const held = await lockFile(repoLockOf(this.#root), this.#root, { config, line: this.#windows })
      if (held?.ok === false) for (const { refuse } of this.#windows.takeAll()) refuse(held)
      if (held?.ok === true) await this.#serve(held.value)
    }
    this.#isBusy = false
  }

  async #serve(held: HeldLock): Promise<void> {
    const since = performance.now()
    let settle = (): void => undefined
    do {
      const next = this.#windows.shift()
      if (next === undefined) break
      settle()
      settle = await next.run()
    } while (performance.now() - since < longestHoldMs)
    // Who waits for the last window finds the lock free.
    await held.release()
    settle()
  }
}
