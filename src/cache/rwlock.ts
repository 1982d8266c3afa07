import { setTimeout as sleep } from 'node:timers/promises'
import { relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { LockConfig } from './lock-file.ts'
import { cacheProblems } from './problems.ts'
import { RegistryFile } from './registry-file.ts'
import type { RwClaim } from './rwlock-registry.ts'

/** What is worked on. */
export interface RwPaths {
  /** Absolute paths, or URLs of remote ones. */
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** What we do, for people; must differ between claims that this process has at the same time. */
  readonly cmd: string
}

export interface RwRequest extends RwPaths {
  readonly config: LockConfig
  /** How long to wait for others that work on the same paths, in ms. */
  readonly waitMs: number
  /** Called once when there are others, with words for them. */
  readonly onWait?: ((holders: string, path: string) => void) | undefined
  /** Told what killed processes had left in the registry. */
  readonly warn?: ((problem: Problem) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** What will probably be announced next, the soonest first: while the work takes only moments, some of it is announced
   * together with this. */
  readonly next?: () => Iterable<RwPaths>
}

/** Announces to DVC which paths are read and written (`rwlock.py`), and waits while another process has claims on them.
 * Holders that have died are struck off. The announcement ends when the lease is disposed. */
export async function acquireRw(root: string, request: RwRequest): Promise<Result<RwLease>> {
  const { waitMs, onWait, signal, warn } = request
  const registry = registryOf(root, request.config)
  const claim = claimOf(request)
  const next = request.next && ((): Iterable<RwClaim> => claimsOf(request.next!()))
  const since = performance.now()
  let isFirst = true
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const answer = await registry.claim(claim, {
      next,
      patience: { waitMs, signal, onWait, quietMs: guardQuietMs },
      warn,
    })
    if (!answer.ok) return answer
    if (answer.value.length === 0) return ok(new Lease(registry, claim, signal))
    const holders = [...new Set(answer.value.map(({ holder }) => `PID ${holder.pid} (${holder.cmd})`))]
    const path = relativeTo(root, answer.value[0]!.path)
    if (isFirst) onWait?.(holders.join(', '), path)
    isFirst = false
    const waitedMs = performance.now() - since
    if (waitedMs >= waitMs || signal?.aborted === true) {
      return failed(cacheProblems.pathBusy(path, holders, waitedMs))
    }
    await sleep(Math.min(pauseMs, waitMs - waitedMs), undefined, signal === undefined ? {} : { signal }).catch(
      () => undefined,
    )
  }
}

/** The file that guards the registry is held for a moment by everybody who changes it; beyond that its holder hangs or has
 * died. In ms. */
const guardQuietMs = 1000

/** An announcement; it ends when it is disposed. */
export interface RwLease extends AsyncDisposable {
  /** The work is done; only its record is outstanding. Others still keep off, but this process may go on. */
  linger(): void
}

class Lease implements RwLease {
  readonly #registry: RegistryFile
  readonly #claim: RwClaim
  readonly #signal: AbortSignal | undefined

  constructor(registry: RegistryFile, claim: RwClaim, signal: AbortSignal | undefined) {
    this.#registry = registry
    this.#claim = claim
    this.#signal = signal
  }

  linger(): void {
    this.#registry.linger(this.#claim)
  }

  // If the file cannot be written now, the entry stays until this process ends; then everybody strikes it off.
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registry.release([this.#claim], { isHurried: this.#signal?.aborted === true })
  }
}

function claimOf({ cmd, read, write }: RwPaths): RwClaim {
  return { holder: { pid: process.pid, cmd }, read, write }
}

function* claimsOf(all: Iterable<RwPaths>): Iterable<RwClaim> {
  for (const paths of all) yield claimOf(paths)
}

const registries = new Map<string, RegistryFile>()

function registryOf(root: string, config: LockConfig): RegistryFile {
  const known = registries.get(root)
  if (known !== undefined) return known
  const registry = new RegistryFile(root, config)
  registries.set(root, registry)
  return registry
}
