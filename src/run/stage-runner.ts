import { existsSync } from 'node:fs'
import { fileProblem } from '../base/file-problem.ts'
import type { Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import { acquireRw } from '../cache/rwlock.ts'
import { addressFrom } from '../model/address.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { findEarlierResults } from '../plan/find-earlier-results.ts'
import { isBroughtIn } from '../plan/is-brought-in.ts'
import type { ReproOptions, StageTask } from '../plan/plan.ts'
import { findForbiddenOuts } from '../plan/find-forbidden-outs.ts'
import { canSaveToRunCache, hasCommand } from '../plan/run-cache-rules.ts'
import { isChanged } from '../plan/is-changed.ts'
import { stageStatus } from '../plan/stage-status.ts'
import type { StageRecord } from '../project/record.ts'
import { type CollectedDeps, collectDeps, collectRecord } from './collect-record.ts'
import type { OutHashes } from './engine.ts'
import type { TaskResult } from './events.ts'
import { problemReason } from './failure.ts'
import { canImport, findImported } from './find-imported.ts'
import { importSource } from './import-source.ts'
import { MemoryWatch } from './memory-evidence.ts'
import { runProblems } from './problems.ts'
import { fetchResults, pullStage } from './pull-data.ts'
import { checkOutResults } from './restore-stage.ts'
import type { ResultCommitter } from './result-committer.ts'
import type { RunContext } from './run-context.ts'
import { runAttempt } from './run-attempt.ts'
import type { RunLogs } from './run-logs.ts'
import type { StageCall, StageOutcome } from './stage-call.ts'
import { StageClaims } from './stage-claims.ts'
import { StageConditions } from './stage-conditions.ts'

/** Handles one stage after everything upstream of it has ended: decides by what is on disk now, then skips, restores,
 * runs or verifies it and records the result (DVC: `stage/__init__.py::reproduce` and `run`).
 *
 *   condition? ──not met──▶ skipped
 *      └─▶ changed? ──no──▶ skipped
 *      └─yes─▶ deps there? ─▶ results known? ──yes──▶ restored ─┐
 *                                 └──no──▶ command ──▶ ran ─────┴─▶ recorded                       */
export class StageRunner {
  readonly #context: RunContext
  readonly #options: ReproOptions
  readonly #committer: ResultCommitter
  readonly #logs: RunLogs
  readonly #records: Map<StageId, StageRecord>
  readonly #recorded = new Set<StageId>()
  readonly #claims: StageClaims
  readonly #conditions: StageConditions
  readonly #producers: (stage: StageId) => readonly Stage[]
  readonly #memory: MemoryWatch
  #tracked: Promise<ReadonlySet<string>> | undefined

  constructor(parts: {
    readonly context: RunContext
    readonly options: ReproOptions
    readonly committer: ResultCommitter
    readonly logs: RunLogs
    /** All of the run, by rank. */
    readonly tasks: readonly StageTask[]
    /** Direct producers of a stage's deps. */
    readonly producers: (stage: StageId) => readonly Stage[]
  }) {
    this.#context = parts.context
    this.#memory = new MemoryWatch(() => parts.context.clock().getTime())
    this.#options = parts.options
    this.#committer = parts.committer
    this.#logs = parts.logs
    this.#claims = new StageClaims(parts.tasks, (stage) => this.#address(stage))
    this.#conditions = new StageConditions(parts.context)
    this.#producers = parts.producers
    this.#records = new Map(parts.context.project.records)
  }

  /** Never rejects for what a user or the machine can cause. */
  async handle(task: StageTask, call: StageCall): Promise<StageOutcome> {
    try {
      return await this.#handle(task, call)
    } catch (error) {
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      return failure([problem])
    }
  }

  async #handle(task: StageTask, call: StageCall): Promise<StageOutcome> {
    const { stage } = task
    const ended = call.attempt === 1 ? this.#conditions.endOf(task) : undefined
    if (ended !== undefined) return ended
    // The plan has just looked at it, and nothing upstream will run: a skip needs no second look.
    if (task.decision === 'skip' && !call.forced) return { result: 'skipped' }
    if (stage.frozen && stage.kind !== 'import') call.warn(runProblems.stageFrozen(this.#address(stage), stage.at))
    if (!call.forced) {
      const settled = await this.#settleWithoutRunning(stage, call)
      if (settled !== undefined) return settled
    }
    const withheldBy = this.#conditions.withheldBy(stage)
    if (withheldBy !== undefined) return { result: 'blocked', blockedBy: withheldBy }
    if (this.#options.interactive && call.attempt === 1 && !(await this.#context.confirm?.(this.#address(stage)))) {
      return failure([runProblems.notConfirmed(this.#address(stage), stage.at)])
    }
    const refused = await this.#refuse(stage)
    if (refused !== undefined) return failure([refused])
    return this.#underRwlock(stage, call, () => this.#carryOutNow(task, call))
  }

  // Unchanged, or unchanged but for data that can be pulled.
  async #settleWithoutRunning(stage: Stage, call: StageCall): Promise<StageOutcome | undefined> {
    const status = await stageStatus(stage, this.#records.get(stage.id), this.#context.workspace)
    if (!status.ok) return failure(status.problems)
    const producers = { producers: this.#producers(stage.id), records: this.#records }
    const { allowMissing } = this.#options
    if (!isChanged(status.value, { allowMissing, ...producers })) return { result: stage.frozen ? 'frozen' : 'skipped' }
    if (!this.#options.pull || isChanged(status.value, { allowMissing: true, ...producers })) return undefined
    const [forbidden] = findForbiddenOuts(stage, this.#address(stage), this.#context.workspace)
    if (forbidden !== undefined) return failure([forbidden])
    const record = this.#records.get(stage.id)
    if (record === undefined) return undefined
    const pulled = await pullStage(stage, record, this.#context)
    if (pulled.ok) return { result: 'pulled' }
    pulled.problems.forEach((problem) => call.warn(problem))
    return undefined
  }

  // What DVC finds out only after the command ran, and what costs old results for nothing.
  async #refuse(stage: Stage): Promise<Problem | undefined> {
    const address = this.#address(stage)
    if (this.#isBroughtIn(stage) && !canImport(stage)) return runProblems.importUnsupported(address, stage.at)
    const [forbidden] = findForbiddenOuts(stage, address, this.#context.workspace)
    if (forbidden !== undefined) return forbidden
    const tracked = await this.#trackedOuts()
    const out = stage.outs.find((candidate) => candidate.cache && tracked.has(candidate.target))
    return out === undefined ? undefined : runProblems.outTrackedByGit(address, out.path, out.at)
  }

  /** Outs of the project that git tracks. Asked once, for all: git answers from its whole index anyway. */
  #trackedOuts(): Promise<ReadonlySet<string>> {
    const { git, project } = this.#context
    if (git === undefined || project.config.noScm) return Promise.resolve(new Set())
    this.#tracked ??= git.isTracked(project.stages.flatMap((stage) => stage.outs.map((out) => out.target)))
    return this.#tracked
  }

  // Announces to DVC which paths are read and written while the stage is handled.
  async #underRwlock(stage: Stage, call: StageCall, body: () => Promise<StageOutcome>): Promise<StageOutcome> {
    const { project, lockTimeoutMs } = this.#context
    const { signals } = call
    const lease = await acquireRw(project.root, {
      config: project.config,
      ...this.#claims.of(stage),
      next: () => this.#claims.after(stage),
      waitMs: lockTimeoutMs,
      onWait: (holders, path) => call.lockAwaited(path, holders),
      warn: (problem) => call.warn(problem),
      signal: signals.stop,
    })
    if (!lease.ok) return signals.stop.aborted ? { result: 'cancelled' } : failure(lease.problems)
    try {
      return await body()
    } finally {
      await this.#committer.endClaim(lease.value)
    }
  }

  // Until now somebody else may have been running the stage.
  async #carryOutNow(task: StageTask, call: StageCall): Promise<StageOutcome> {
    const { lockTimeoutMs } = this.#context
    const { forced, signals } = call
    const news = await this.#committer.news.lookUp(task.stage, { waitMs: lockTimeoutMs, signal: signals.stop })
    if (!news.ok) return signals.stop.aborted ? { result: 'cancelled' } : failure(news.problems)
    for (const [id, record] of news.value ?? []) {
      // Ours may not have been written yet.
      if (this.#recorded.has(id)) continue
      if (record === undefined) this.#records.delete(id)
      else this.#records.set(id, record)
    }
    const settled = news.value === undefined || forced ? undefined : await this.#settleWithoutRunning(task.stage, call)
    return settled ?? this.#carryOut(task, call)
  }

  async #carryOut(task: StageTask, call: StageCall): Promise<StageOutcome> {
    const { stage } = task
    if (this.#isBroughtIn(stage)) return this.#import(task, call)
    if (!hasCommand(stage) || stage.frozen) return this.#verify(task, call)
    const deps = call.forced ? undefined : await this.#depsNow(stage)
    if (deps !== undefined && !deps.ok) return failure(deps.problems)
    if (call.signals.stop.aborted) return { result: 'cancelled' }
    const restored = deps === undefined ? undefined : await this.#restore(task, deps.value, call)
    return restored ?? this.#run(task, deps?.value, call)
  }

  async #import(task: StageTask, call: StageCall): Promise<StageOutcome> {
    const { stage } = task
    const { workspace } = this.#context
    const { signals } = call
    const record = this.#records.get(stage.id)
    const known = await findImported(stage, record, this.#context)
    if (!known.ok) return signals.stop.aborted ? { result: 'cancelled' } : failure(known.problems)
    const broughtBack =
      call.forced || known.value === undefined ? undefined : await this.#bringBack(task, known.value, call)
    if (broughtBack !== undefined) return broughtBack
    const imported = await importSource(stage, this.#address(stage), { workspace, signal: signals.stop })
    if (imported.ok) return this.#recordNow(task, 'imported', call)
    return signals.stop.aborted ? { result: 'cancelled' } : failure(imported.problems)
  }

  // Data that the user changed by hand, and outs of frozen stages, become the new recorded state.
  async #verify(task: StageTask, call: StageCall): Promise<StageOutcome> {
    const { stage } = task
    const missing = stage.outs
      .filter((out) => !this.#context.workspace.exists(out.target, 'out'))
      .map((out) => out.path)
    if (missing.length > 0) return failure([runProblems.dataMissing(this.#address(stage), missing, stage.at)])
    return this.#recordNow(task, 'verified', call)
  }

  #depsNow(stage: Stage): Promise<Result<CollectedDeps>> {
    return collectDeps(stage, this.#records.get(stage.id), this.#context.workspace)
  }

  async #restore(task: StageTask, deps: CollectedDeps, call: StageCall): Promise<StageOutcome | undefined> {
    const { workspace } = this.#context
    const question = {
      stage: task.stage,
      previous: this.#records.get(task.stage.id),
      deps,
      runCache: this.#options.runCache,
      mayLack: this.#options.pull,
    }
    const earlier = await findEarlierResults(question, workspace, (problem) => call.warn(problem))
    if (earlier !== undefined && this.#options.pull) {
      const fetched = await fetchResults(task.stage, earlier, this.#context)
      if (!fetched.ok) return undefined
    }
    return earlier === undefined ? undefined : await this.#bringBack(task, earlier, call)
  }

  async #bringBack(task: StageTask, earlier: StageRecord, call: StageCall): Promise<StageOutcome | undefined> {
    const removed = await this.#removeOuts(task.stage)
    if (!removed.ok) return failure(removed.problems)
    const done = await checkOutResults(task.stage, earlier, this.#context.workspace)
    if (done.ok) return await this.#recordNow(task, 'restored', call)
    // `dvc gc` may just have deleted them: then they are made again.
    return done.problems.every(({ code }) => code === 'OBJECTS_MISSING') ? undefined : failure(done.problems)
  }

  async #run(task: StageTask, deps: CollectedDeps | undefined, call: StageCall): Promise<StageOutcome> {
    const { stage } = task
    if (!existsSync(stage.wdir)) return failure([runProblems.wdirMissing(this.#address(stage), stage.wdir, stage.at)])
    const removed = await this.#removeOuts(stage)
    if (!removed.ok) return failure(removed.problems)
    const result = await runAttempt(stage, call, {
      engine: this.#context.engine,
      previous: this.#records.get(stage.id),
      address: this.#address(stage),
      log: this.#logs.fileFor(this.#rootAddress(stage), call.attempt),
      memory: this.#memory,
    })
    const { log } = result
    if (result.outcome === 'cancelled') return { result: 'cancelled', log, ...exitOf(result.exit) }
    if (result.outcome === 'failed')
      return { result: 'failed', reason: result.reason, problems: result.problems, log, ...exitOf(result.exit) }
    result.warnings.forEach((warning) => call.warn(warning))
    this.#warnOfMovedDeps(stage, deps, result.record, call)
    const recorded = await this.#commit(task, result.record, result.hashes)
    return recorded.ok ? { result: 'ran', exit: 0 } : { ...failure(recorded.problems), exit: 0 }
  }

  // Outs go before the command runs, so that it cannot mistake old results for its own; persisted ones stay.
  async #removeOuts(stage: Stage): Promise<Result<void>> {
    for (const out of stage.outs) {
      if (out.scheme !== 'local') continue
      const { workspace } = this.#context
      const done = out.persist
        ? out.cache
          ? await workspace.unprotect(out.target)
          : ok(undefined)
        : await workspace.removeOut(out.target)
      if (!done.ok) return done
    }
    return ok(undefined)
  }

  async #recordNow(task: StageTask, result: TaskResult, call: StageCall): Promise<StageOutcome> {
    const { stage } = task
    const collected = await collectRecord(stage, this.#records.get(stage.id), this.#context.workspace)
    if (!collected.ok) return failure(collected.problems)
    collected.value.warnings.forEach((warning) => call.warn(warning))
    const recorded = await this.#commit(task, collected.value.record, collected.value.hashes)
    return recorded.ok ? { result } : failure(recorded.problems)
  }

  async #commit({ stage, rank }: StageTask, record: StageRecord, hashes: OutHashes): Promise<Result<void>> {
    const store = this.#options.commit
    const saveRun = store && stage.kind === 'pipeline' && canSaveToRunCache(stage, record.params)
    const recorded = await this.#committer.commit({ stage, rank, record, hashes, store, saveRun, relink: true })
    if (recorded.ok) {
      this.#records.set(stage.id, record)
      this.#recorded.add(stage.id)
    }
    return recorded
  }

  #warnOfMovedDeps(stage: Stage, before: CollectedDeps | undefined, after: StageRecord, call: StageCall): void {
    if (before === undefined) return
    for (const [index, dep] of before.deps.entries()) {
      if (dep.hash === after.deps[index]?.hash) continue
      call.warn(runProblems.depChangedWhileRunning(this.#address(stage), dep.path, stage.at))
    }
  }

  #isBroughtIn(stage: Stage): boolean {
    return isBroughtIn(stage, this.#records.get(stage.id))
  }

  #address(stage: Stage): string {
    return addressFrom(stage, this.#context.project.root, this.#context.cwd)
  }

  #rootAddress(stage: Stage): string {
    return addressFrom(stage, this.#context.project.root, this.#context.project.root)
  }
}

function failure(problems: readonly Problem[]): StageOutcome {
  return { result: 'failed', reason: problemReason(problems), problems }
}

function exitOf(exit: number | undefined): { readonly exit?: number } {
  return exit === undefined ? {} : { exit }
}
