import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, fileProblem } from '../base/file-problem.ts'
import { isProcessAlive } from '../base/platform.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { relativeTo } from '../base/paths.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import { type LockConfig, lockFile } from './lock-file.ts'
import type { LockPatience } from './lock-kind.ts'
import { OwnClaims } from './own-claims.ts'
import { cacheProblems } from './problems.ts'
import {
  addClaims,
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
import { type Waiter, WaitingLine } from './waiting-line.ts'

/** Those who stand in the way of a claim. */
export type Blockers = ReturnType<typeof findBlockers>

interface Edit {
  readonly claim?: RwClaim
  /** Claims that end. */
  readonly release?: readonly RwClaim[]
  /** Claims that will probably be made soon. */
  readonly next?: (() => Iterable<RwClaim>) | undefined
  readonly patience: LockPatience
  readonly warn?: ((problem: Problem) => void) | undefined
}

type Waiting = Edit & Waiter & { readonly settle: (answer: Result<Blockers>) => void }

/** The registry of one project. Each edit needs the guard and replaces the file, so edits that come while one is under
 * way share the next, and while stages take only moments, an edit announces those that come next as well. */
export class RegistryFile {
  readonly #root: string
  readonly #config: LockConfig
  readonly #file: string
  readonly #waiting = new WaitingLine<Waiting>()
  readonly #own = new OwnClaims()
  #isBusy = false
  #tidying: NodeJS.Timeout | undefined

  constructor(root: string, config: LockConfig) {
    this.#root = root
    this.#config = config
    this.#file = join(root, '.dvc/tmp/rwlock')
  }

  /** Resolves to those who stand in the way; then nothing was changed for this claim. */
  async claim(claim: RwClaim, edit: Omit<Edit, 'claim' | 'release'>): Promise<Result<Blockers>> {
    return this.#own.takeExpected(claim) ? ok([]) : await this.#edit({ ...edit, claim })
  }

  linger(claim: RwClaim): void {
    this.#own.linger(claim)
  }

  /** `isHurried`: this process is to end, and then everybody strikes its claims off. */
  async release(claims: readonly RwClaim[], { isHurried }: { readonly isHurried: boolean }): Promise<void> {
    await this.#edit({ release: claims, patience: { waitMs: isHurried ? hurriedWaitMs : releaseWaitMs } })
  }

  #edit(edit: Edit): Promise<Result<Blockers>> {
    return new Promise((settle) => {
      this.#waiting.push({ ...edit, settle, refuse: settle })
      if (!this.#isBusy) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#isBusy = true
    while (!this.#waiting.isEmpty) {
      const guard = await lockFile(`${this.#file}.lock`, this.#root, { config: this.#config, line: this.#waiting })
      if (guard === undefined) continue
      const batch = this.#waiting.takeAll()
      if (!guard.ok) batch.forEach(({ settle }) => settle(guard))
      else {
        const answers = this.#editAll(batch)
        await guard.value.release()
        batch.forEach(({ settle }, index) => settle(answers[index]!))
      }
    }
    this.#isBusy = false
    this.#tidyLater()
  }

  #editAll(batch: readonly Waiting[]): readonly Result<Blockers>[] {
    try {
      const found = this.#read()
      const before = found === 'cut' ? emptyRegistry : found
      if (before === undefined) return batch.map(() => failed(cacheProblems.rwlockInvalid('.dvc/tmp/rwlock')))
      // What is released may be claimed in the same edit.
      let registry = this.#drop(
        before,
        batch.flatMap(({ release = [] }) => release),
      )
      if (found === 'cut') batch[0]?.warn?.(cacheProblems.rwlockCut('.dvc/tmp/rwlock'))
      const answers = batch.map(({ claim, warn }): Result<Blockers> => {
        if (claim === undefined) return ok([])
        const [next, blockers] = this.#add(registry, claim, warn)
        registry = next
        return ok(blockers)
      })
      if (this.#own.areOnlyExpected) registry = this.#drop(registry, this.#own.expected)
      else for (const { next } of batch) if (next !== undefined) registry = this.#expect(registry, next())
      if (registry !== found) writeAtomic(this.#file, formatRegistry(registry), { durable: false })
      return answers
    } catch (error) {
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      return batch.map(() => failed(problem))
    }
  }

  #drop(registry: Registry, claims: readonly RwClaim[]): Registry {
    if (claims.length === 0) return registry
    this.#own.drop(claims)
    const commands = new Set(claims.map(({ holder }) => holder.cmd))
    return dropHolders(registry, ({ pid, cmd }) => pid === process.pid && commands.has(cmd))
  }

  #add(registry: Registry, claim: RwClaim, warn: Edit['warn']): readonly [Registry, Blockers] {
    const blockers = findBlockers(registry, claim).filter(({ holder }) => !this.#own.isIdle(holder))
    const left = blockers.filter(({ holder }) => this.#isGone(holder))
    const gone = left.map(({ holder }) => holder)
    const first = left[0]
    if (first !== undefined) warn?.(cacheProblems.rwlockHolderGone(relativeTo(this.#root, first.path), first.holder))
    const kept =
      gone.length === 0 ? registry : dropHolders(registry, (holder) => gone.some((other) => isSame(other, holder)))
    if (gone.length < blockers.length) return [kept, blockers.filter(({ holder }) => !gone.includes(holder))]
    this.#own.add(claim, 'active')
    return [addClaims(kept, [claim]), []]
  }

  // Only what nobody else works on: the stage itself will wait for them, in its turn.
  #expect(registry: Registry, next: Iterable<RwClaim>): Registry {
    const others = dropHolders(registry, ({ pid }) => pid === process.pid)
    const expected: RwClaim[] = []
    const { room } = this.#own
    for (const claim of room > 0 ? next : []) {
      if (expected.length === room) break
      if (this.#own.has(claim) || findBlockers(others, claim).length > 0) continue
      this.#own.add(claim, 'expected')
      expected.push(claim)
    }
    return expected.length === 0 ? registry : addClaims(registry, expected)
  }

  // What was expected and did not come stands in the way of others.
  #tidyLater(): void {
    clearTimeout(this.#tidying)
    if (this.#own.expected.length === 0) return
    this.#tidying = setTimeout(() => {
      const left = this.#own.expected
      if (left.length > 0) void this.release(left, { isHurried: false })
    }, expectedMs).unref()
  }

  // An entry with our process id that is not ours was left by a process that died; in a container ids repeat soon.
  #isGone(holder: Holder): boolean {
    return holder.pid === process.pid ? !this.#own.isKnown(holder) : !isProcessAlive(holder.pid)
  }

  #read(): Registry | 'cut' | undefined {
    try {
      return parseRegistry(readFileSync(this.#file, 'utf8'))
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return emptyRegistry
      throw error
    }
  }
}

const releaseWaitMs = 10_000
const hurriedWaitMs = 1000

/** How long a claim may stand for a stage that has not started, in ms. */
const expectedMs = 600
