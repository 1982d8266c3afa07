import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileProblem } from '../base/file-problem.ts'
import { PathTrie } from '../base/path-trie.ts'
import type { Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import type { PathHash } from '../cache/hashing.ts'
import { withRepoLock } from '../cache/repo-lock.ts'
import type { RwLease } from '../cache/rwlock.ts'
import type { Out, Stage } from '../model/stage.ts'
import { depTargets } from '../model/stage-graph.ts'
import { updateDataFile } from '../project/data-file/update-data-file.ts'
import { toLockEntry } from '../project/lock/lock-entry.ts'
import type { StageRecord } from '../project/record.ts'
import type { OutHashes } from './engine.ts'
import { ignorableOuts, IgnoreLines } from './ignore-lines.ts'
import { LockNews } from './lock-news.ts'
import { RecordWriter } from './record-writer.ts'
import type { RunContext } from './run-context.ts'

/** What recording needs of a run. */
export type CommitContext = Pick<RunContext, 'project' | 'workspace' | 'git' | 'lockTimeoutMs'> &
  Partial<Pick<RunContext, 'signals'>>

/** A finished stage, ready to be recorded. */
export interface FinishedStage {
  readonly stage: Stage
  /** Place in the serial order. */
  readonly rank: number
  readonly record: StageRecord
  readonly hashes: OutHashes
  /** False (`--no-commit`): nothing enters the cache, only hashes are recorded. */
  readonly store: boolean
  /** The results may be found again by what they were made from; then outs that are not cached are stored too. */
  readonly saveRun: boolean
  /** Give the files in the workspace the form that `cache.type` asks for. */
  readonly relink: boolean
}

/** Records finished stages, each the moment it ends: cache objects, run-cache entry, journal; then, soon, ignore lines and
 * last the lock entry, because a stage whose entry stands is skipped and nothing would repair what is missing.
 *
 * Whatever waits is recorded in one hold of DVC's repository lock, so that many short stages do not queue for it. */
export class ResultCommitter {
  readonly #context: CommitContext
  readonly #ignoreLines: IgnoreLines
  readonly #writer: RecordWriter
  /** What others recorded meanwhile. */
  readonly news: LockNews
  readonly #onLockWait: (holder: string, file: string) => void
  readonly #queue: { readonly finished: FinishedStage; readonly settle: (result: Result<void>) => void }[] = []
  readonly #dataFiles = new Set<string>()
  readonly #lost: Problem[] = []
  /** Stages of earlier holds of the lock whose entries wait to be written. */
  readonly #unwritten: FinishedStage[] = []
  #leases: RwLease[] = []
  #knownDepTargets: PathTrie<true> | undefined
  #busy: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #hasIgnoredDvcFolders = false

  constructor(context: CommitContext, onLockWait: (holder: string, file: string) => void) {
    this.#context = context
    this.#onLockWait = onLockWait
    this.#ignoreLines = new IgnoreLines(context.project.config.noScm ? undefined : context.git)
    this.news = new LockNews(context.project)
    this.#writer = new RecordWriter(context.project, this.#ignoreLines, this.news)
  }

  /** Lock files, .dvc files and ignore files written so far; absolute paths. */
  get changedFiles(): readonly string[] {
    return [...this.#writer.files, ...this.#dataFiles, ...this.#ignoreLines.files]
  }

  /** Resolves when the stage's results cannot be lost any more, or with the problems that prevented it. */
  async commit(finished: FinishedStage): Promise<Result<void>> {
    if (!this.#needsLock(finished)) return await guarded(() => this.#commitAtOnce(finished))
    // Copying into the cache can take long: it happens before the lock is taken. Objects are only ever added.
    const stored = await this.#store(finished)
    if (!stored.ok) return stored
    return new Promise((settle) => {
      this.#queue.push({ finished, settle })
      this.#start()
    })
  }

  // Files that others write too, ignore lines that others wait for, and links to objects, which `dvc gc` could delete.
  #needsLock(finished: FinishedStage): boolean {
    const [type] = this.#context.workspace.config.cacheTypes
    const isLinked = finished.relink && (type === 'hardlink' || type === 'symlink')
    return finished.stage.kind !== 'pipeline' || isLinked || this.#isAwaited(finished)
  }

  async #commitAtOnce(finished: FinishedStage): Promise<Result<void>> {
    const stored = finished.relink ? await this.#relink(finished) : await this.#store(finished)
    if (!stored.ok) return stored
    await this.#record(finished)
    this.#unwritten.push(finished)
    this.#writeSoon()
    return ok(undefined)
  }

  #writeSoon(): void {
    if (this.#busy !== undefined || this.#timer !== undefined || this.#writer.isEmpty) return
    this.#timer = setTimeout(() => this.#start(), this.#writer.waitMs)
  }

  /** Ends a claim on paths as soon as everything that was committed until now is in dvc.lock. */
  async endClaim(lease: RwLease): Promise<void> {
    if (this.#writer.isEmpty) return await lease[Symbol.asyncDispose]()
    lease.linger()
    this.#leases.push(lease)
  }

  /** Writes what waits; the problems of what could not be written. The next run will write it. */
  async close(): Promise<readonly Problem[]> {
    await this.#busy
    this.#stopTimer()
    const written = this.#writer.isEmpty ? ok(undefined) : (await this.#hold([])).written
    try {
      this.#writer.close()
    } finally {
      // Its git would keep this process alive.
      await this.#ignoreLines[Symbol.asyncDispose]()
      await this.#endClaims(this.#leases.splice(0))
    }
    return [...this.#lost, ...(written.ok ? [] : written.problems)]
  }

  async #work(): Promise<void> {
    this.#stopTimer()
    do {
      const batch = this.#queue.splice(0)
      const leases = [...this.#leases]
      const { results, written } = await this.#hold(batch.map(({ finished }) => finished))
      batch.forEach(({ settle }, index) => settle(results.ok ? (results.value[index] ?? ok(undefined)) : results))
      if (this.#writer.isEmpty || written.ok) await this.#endClaims(leases)
    } while (this.#queue.length > 0)
    this.#busy = undefined
    this.#writeSoon()
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #start(): void {
    this.#busy ??= this.#work()
  }

  // One hold of the lock. What waits is written if it is time, if somebody will look for it, or if nothing else is to be
  // done.
  async #hold(batch: readonly FinishedStage[]): Promise<Held> {
    const { project, lockTimeoutMs, signals } = this.#context
    // A finished stage is worth waiting for: the first Ctrl-C does not end that, the second does. What is in the journal is
    // not lost.
    const signal = batch.length === 0 ? signals?.stop : signals?.kill
    const options = { config: project.config, waitMs: lockTimeoutMs, onWait: this.#onLockWait, signal }
    const held = await withRepoLock(project.root, options, async () => {
      const results: Result<void>[] = []
      for (const finished of batch) results.push(await guarded(() => this.#commitOne(finished)))
      const isDue =
        batch.length === 0 || this.#writer.waitMs === 0 || batch.some((finished) => this.#isAwaited(finished))
      const written = isDue ? await guarded(() => this.#writeOut()) : ok(undefined)
      if (!isDue) this.#unwritten.push(...batch.filter((_, index) => results[index]?.ok))
      return { results: ok(results), written }
    })
    return held.ok ? held.value : { results: held, written: held }
  }

  // Between two holds of the lock `dvc gc` may have deleted objects that no lock names yet.
  async #writeOut(): Promise<Result<void>> {
    await this.#ignoreDvcFolders()
    for (const finished of this.#unwritten.splice(0)) {
      const stored = await this.#store(finished)
      if (stored.ok) continue
      this.#writer.drop(finished.stage)
      this.#lost.push(...stored.problems)
    }
    await this.#writer.writeOut()
    return ok(undefined)
  }

  // A folder that another stage depends on is hashed with the ignore file in it.
  #isAwaited({ stage }: FinishedStage): boolean {
    return stage.outs.some(
      (out) => out.cache && out.inRepo && this.#depTargets().atOrAbove(dirname(out.target)).length > 0,
    )
  }

  #depTargets(): PathTrie<true> {
    if (this.#knownDepTargets !== undefined) return this.#knownDepTargets
    const targets = new PathTrie<true>()
    for (const target of this.#context.project.stages.flatMap(depTargets)) targets.add(target, true)
    return (this.#knownDepTargets = targets)
  }

  async #endClaims(leases: readonly RwLease[]): Promise<void> {
    this.#leases = this.#leases.filter((lease) => !leases.includes(lease))
    await Promise.all(leases.map((lease) => lease[Symbol.asyncDispose]()))
  }

  // What `dvc init` sets up and every command of DVC makes sure of (`repo/__init__.py::_ignore`): without these lines a
  // `git add` takes in the whole cache.
  async #ignoreDvcFolders(): Promise<void> {
    if (this.#hasIgnoredDvcFolders) return
    this.#hasIgnoredDvcFolders = true
    const home = join(this.#context.project.root, '.dvc')
    const names = ['config.local', 'tmp', 'cache']
    await this.#ignoreLines.add(names.map((name, place) => ({ target: join(home, name), order: [-1, place] })))
  }

  async #commitOne(finished: FinishedStage): Promise<Result<void>> {
    const { stage, rank, record } = finished
    await this.#ignoreDvcFolders()
    if (stage.kind !== 'pipeline') await this.#ignoreLines.add(ignorableOuts(stage, rank))
    const linked = finished.relink ? await this.#relink(finished) : ok(undefined)
    if (!linked.ok) return linked
    if (stage.kind === 'pipeline') await this.#record(finished)
    else this.#putDataFile(stage, record)
    return ok(undefined)
  }

  async #record({ stage, rank, record, saveRun }: FinishedStage): Promise<void> {
    if (saveRun) await this.#context.workspace.runCache.save(toLockEntry(record))
    this.#writer.add(stage, rank, record)
  }

  async #store(finished: FinishedStage): Promise<Result<void>> {
    return this.#forStoredOuts(finished, (out, hash) => this.#context.workspace.storeOut(out, hash))
  }

  async #relink(finished: FinishedStage): Promise<Result<void>> {
    return this.#forStoredOuts(finished, (out, hash) => this.#context.workspace.commitOut(out, hash))
  }

  async #forStoredOuts(
    { stage, hashes, store, saveRun }: FinishedStage,
    handle: (out: Out, hash: PathHash) => Promise<Result<void>>,
  ): Promise<Result<void>> {
    for (const out of store ? stage.outs : []) {
      const hash = hashes.get(out.path)
      if (hash === undefined || (!out.cache && !saveRun)) continue
      const done = await handle(out, hash)
      if (!done.ok) return done
    }
    return ok(undefined)
  }

  #putDataFile(stage: Stage, record: StageRecord): void {
    const file = join(this.#context.project.root, stage.file)
    const before = readFileSync(file, 'utf8')
    const after = updateDataFile(before, record)
    if (after === before) return
    this.news.write(file, () => writeAtomic(file, after))
    this.#dataFiles.add(file)
  }
}

interface Held {
  /** Of each finished stage. */
  readonly results: Result<readonly Result<void>[]>
  /** Of what waited, if it was time for it. */
  readonly written: Result<void>
}

/** Turns a failed file operation (a full disk, a missing permission) into a problem of the stage. */
async function guarded(body: () => Promise<Result<void>>): Promise<Result<void>> {
  try {
    return await body()
  } catch (error) {
    const problem: Problem | undefined = fileProblem(error)
    if (problem === undefined) throw error
    return { ok: false, problems: [problem] }
  }
}
