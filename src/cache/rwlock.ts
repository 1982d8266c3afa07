import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf, fileProblem } from '../base/file-problem.ts'
import { relativeTo } from '../base/paths.ts'
import { isProcessAlive } from '../base/platform.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import { type LockConfig, lockFile } from './lock-file.ts'
import { cacheProblems } from './problems.ts'
import {
  addClaim,
  dropHolders,
  emptyRegistry,
  findBlockers,
  formatRegistry,
  type Holder,
  isSame,
  parseRegistry,
  type Registry,
  type RwClaim,
} from './rwlock-registry.ts'

export interface RwRequest {
  readonly config: LockConfig
  /** Absolute paths, or URLs of remote ones. */
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** What we do, for people; must differ between claims that this process has at the same time. */
  readonly cmd: string
  /** How long to wait for others that work on the same paths, in ms. */
  readonly waitMs: number
  /** Called once when there are others, with words for them. */
  readonly onWait?: ((holders: string, path: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Announces to DVC which paths are read and written (`rwlock.py`), and waits while another process has claims on them.
 * Holders that have died are struck off. The announcement ends when the lease is disposed. */
export async function acquireRw(root: string, request: RwRequest): Promise<Result<RwLease>> {
  const { read, write, cmd, waitMs, onWait, signal } = request
  const registry = registryOf(root, request.config)
  const claim = { holder: { pid: process.pid, cmd }, read, write }
  const since = performance.now()
  let isFirst = true
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const answer = await registry.edit({ kind: 'claim', claim, waitMs, signal })
    if (!answer.ok) return answer
    if (answer.value.length === 0) return ok(new Lease(registry, claim))
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

/** An announcement; it ends when it is disposed. */
export interface RwLease extends AsyncDisposable {
  /** The work is done; only its record is outstanding. Others still keep off, but this process may go on. */
  linger(): void
}

class Lease implements RwLease {
  readonly #registry: RegistryFile
  readonly #claim: RwClaim

  constructor(registry: RegistryFile, claim: RwClaim) {
    this.#registry = registry
    this.#claim = claim
  }

  linger(): void {
    this.#registry.linger(this.#claim)
  }

  // If the file cannot be written now, the entry stays until this process ends; then everybody strikes it off.
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registry.edit({ kind: 'release', claim: this.#claim, waitMs: releaseWaitMs })
  }
}

const releaseWaitMs = 10_000

const registries = new Map<string, RegistryFile>()

function registryOf(root: string, config: LockConfig): RegistryFile {
  const known = registries.get(root)
  if (known !== undefined) return known
  const registry = new RegistryFile(root, config)
  registries.set(root, registry)
  return registry
}

interface Edit {
  readonly kind: 'claim' | 'release'
  readonly claim: RwClaim
  readonly waitMs: number
  readonly signal?: AbortSignal | undefined
}

type Blockers = ReturnType<typeof findBlockers>
type Waiting = Edit & { readonly settle: (answer: Result<Blockers>) => void }

/** The registry of one project. Edits that come while one is under way share the next: each needs the guard, and the
 * guard costs a helper process. */
class RegistryFile {
  readonly #root: string
  readonly #config: LockConfig
  readonly #folder: string
  readonly #waiting: Waiting[] = []
  /** Our claims, and whether the work that they announce is under way. */
  readonly #own = new Map<RwClaim, 'active' | 'lingering'>()
  #isBusy = false

  constructor(root: string, config: LockConfig) {
    this.#root = root
    this.#config = config
    this.#folder = join(root, '.dvc/tmp')
  }

  /** Resolves to those who stand in the way; then nothing was changed for this claim. */
  edit(edit: Edit): Promise<Result<Blockers>> {
    return new Promise((settle) => {
      this.#waiting.push({ ...edit, settle })
      if (!this.#isBusy) void this.#drain()
    })
  }

  linger(claim: RwClaim): void {
    if (this.#own.has(claim)) this.#own.set(claim, 'lingering')
  }

  async #drain(): Promise<void> {
    this.#isBusy = true
    while (this.#waiting.length > 0) {
      const waitMs = Math.max(...this.#waiting.map((edit) => edit.waitMs))
      const signals = new Set(this.#waiting.map((edit) => edit.signal))
      // All of a run share one; claims that end are not given up.
      const signal = signals.size === 1 ? [...signals][0] : undefined
      const guard = await lockFile(join(this.#folder, 'rwlock.lock'), this.#root, {
        config: this.#config,
        waitMs,
        signal,
      })
      const batch = this.#waiting.splice(0)
      if (!guard.ok) batch.forEach(({ settle }) => settle(guard))
      else {
        const answers = this.#editAll(batch)
        await guard.value.release()
        batch.forEach(({ settle }, index) => settle(answers[index]!))
      }
    }
    this.#isBusy = false
  }

  #editAll(batch: readonly Waiting[]): readonly Result<Blockers>[] {
    try {
      const before = this.#read()
      if (before === undefined) return batch.map(() => failed(cacheProblems.rwlockInvalid('.dvc/tmp/rwlock')))
      let registry = before
      // What is released may be claimed in the same edit.
      const answers = new Map<Waiting, Result<Blockers>>()
      for (const waiting of batch.toSorted((a, b) => order(a) - order(b))) {
        const [next, blockers] = this.#apply(registry, waiting)
        registry = next
        answers.set(waiting, ok(blockers))
      }
      if (registry !== before) writeAtomic(join(this.#folder, 'rwlock'), formatRegistry(registry), { durable: false })
      return batch.map((waiting) => answers.get(waiting)!)
    } catch (error) {
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      return batch.map(() => failed(problem))
    }
  }

  #apply(registry: Registry, { kind, claim }: Edit): readonly [Registry, Blockers] {
    if (kind === 'release') {
      this.#own.delete(claim)
      return [dropHolders(registry, (holder) => isSame(holder, claim.holder)), []]
    }
    const blockers = findBlockers(registry, claim).filter(({ holder }) => !this.#isLingering(holder))
    const gone = blockers.map(({ holder }) => holder).filter((holder) => this.#isGone(holder))
    const kept =
      gone.length === 0 ? registry : dropHolders(registry, (holder) => gone.some((other) => isSame(other, holder)))
    if (gone.length < blockers.length) return [kept, blockers.filter(({ holder }) => !gone.includes(holder))]
    this.#own.set(claim, 'active')
    return [addClaim(kept, claim), []]
  }

  // An entry with our process id that is not ours was left by a process that died; in a container ids repeat soon.
  #isGone(holder: Holder): boolean {
    if (holder.pid === process.pid) return this.#ownClaim(holder) === undefined
    return !isProcessAlive(holder.pid)
  }

  #isLingering(holder: Holder): boolean {
    const claim = holder.pid === process.pid ? this.#ownClaim(holder) : undefined
    return claim !== undefined && this.#own.get(claim) === 'lingering'
  }

  #ownClaim(holder: Holder): RwClaim | undefined {
    return [...this.#own.keys()].find((claim) => isSame(claim.holder, holder))
  }

  #read(): Registry | undefined {
    try {
      return parseRegistry(readFileSync(join(this.#folder, 'rwlock'), 'utf8'))
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return emptyRegistry
      throw error
    }
  }
}

function order({ kind }: Edit): number {
  return kind === 'release' ? 0 : 1
}
