import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileProblem } from '../base/file-problem.ts'
import type { Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import { readIfExists } from '../base/read-if-exists.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import type { PathHash } from '../cache/hashing.ts'
import { withRepoLock } from '../cache/repo-lock.ts'
import type { Out, Stage } from '../model/stage.ts'
import { lockPath } from '../project/lock/lock-path.ts'
import { toLockEntry } from '../project/lock/lock-entry.ts'
import { putLockEntries } from '../project/lock/put-lock-entries.ts'
import { updateDataFile } from '../project/data-file/update-data-file.ts'
import type { StageRecord } from '../project/record.ts'
import type { OutHashes } from './engine.ts'
import { IgnoreLines } from './ignore-lines.ts'
import type { RunContext } from './run-context.ts'

/** What recording needs of a run. */
export type CommitContext = Pick<RunContext, 'project' | 'workspace' | 'git' | 'lockTimeoutMs'>

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

/** Records finished stages, each the moment it ends: ignore lines, cache objects, run-cache entry, and last the lock
 * entry, because a stage whose entry stands is skipped and nothing would repair what is missing.
 *
 * Whatever waits is recorded in one hold of DVC's repository lock, so that many short stages do not queue for it. */
export class ResultCommitter {
  readonly #context: CommitContext
  readonly #ignoreLines: IgnoreLines
  readonly #onLockWait: (holder: string) => void
  readonly #waiting: { readonly finished: FinishedStage; readonly settle: (result: Result<void>) => void }[] = []
  readonly #newEntries = new Map<string, Map<string, number>>()
  readonly #writtenFiles = new Set<string>()
  #busy = false
  #hasIgnoredDvcFolders = false

  constructor(context: CommitContext, onLockWait: (holder: string) => void) {
    this.#context = context
    this.#onLockWait = onLockWait
    this.#ignoreLines = new IgnoreLines(context.project.config.noScm ? undefined : context.git)
  }

  /** Lock files, .dvc files and ignore files written so far; absolute paths. */
  get changedFiles(): readonly string[] {
    return [...this.#writtenFiles, ...this.#ignoreLines.files]
  }

  /** Resolves when the stage is recorded, or with the problems that prevented it. */
  async commit(finished: FinishedStage): Promise<Result<void>> {
    // Copying into the cache can take long: it happens before the lock is taken. Objects are only ever added.
    const stored = await this.#store(finished)
    if (!stored.ok) return stored
    return new Promise((settle) => {
      this.#waiting.push({ finished, settle })
      if (!this.#busy) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#busy = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0)
      const { root } = this.#context.project
      const options = {
        config: this.#context.project.config,
        waitMs: this.#context.lockTimeoutMs,
        onWait: this.#onLockWait,
      }
      const held = await withRepoLock(root, options, () => this.#commitAll(batch.map(({ finished }) => finished)))
      batch.forEach(({ settle }, index) => settle(held.ok ? (held.value[index] ?? ok(undefined)) : held))
    }
    this.#busy = false
  }

  async #commitAll(batch: readonly FinishedStage[]): Promise<readonly Result<void>[]> {
    const results: Result<void>[] = []
    for (const finished of batch) results.push(await guarded(() => this.#commitOne(finished)))
    return results
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
    const ignorable = stage.outs.filter((out) => out.cache && out.inRepo)
    await this.#ignoreLines.add(ignorable.map((out, place) => ({ target: out.target, order: [rank, place] })))
    const linked = finished.relink ? await this.#relink(finished) : ok(undefined)
    if (!linked.ok) return linked
    if (finished.saveRun) await this.#context.workspace.runCache.save(toLockEntry(record))
    if (stage.kind === 'pipeline') this.#putEntry(stage, rank, record)
    else this.#putDataFile(stage, record)
    return ok(undefined)
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

  // The file is read anew each time: DVC may have written other entries meanwhile.
  #putEntry(stage: Stage, rank: number, record: StageRecord): void {
    const file = join(this.#context.project.root, lockPath(stage.file))
    const entries = this.#newEntries.get(file) ?? new Map<string, number>()
    this.#newEntries.set(file, entries)
    const before = readIfExists(file)
    const after = putLockEntries(before, [{ name: stage.name, entry: toLockEntry(record), rank }], entries)
    // Entries that stood before the run keep their place, so nothing is put before them.
    if (!this.#context.project.records.has(stage.id)) entries.set(stage.name, rank)
    if (after === before) return
    writeAtomic(file, after)
    this.#writtenFiles.add(file)
  }

  #putDataFile(stage: Stage, record: StageRecord): void {
    const file = join(this.#context.project.root, stage.file)
    const before = readFileSync(file, 'utf8')
    const after = updateDataFile(before, record)
    if (after === before) return
    writeAtomic(file, after)
    this.#writtenFiles.add(file)
  }
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
