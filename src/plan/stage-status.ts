import { pythonEquals } from '../base/python-equal.ts'
import { relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { Value } from '../base/value.ts'
import type { PathDigest } from '../cache/hashing.ts'
import { addressFrom } from '../model/address.ts'
import { lockedDataset } from '../model/datasets.ts'
import {
  type DatasetDep,
  type Dep,
  type FileDep,
  isWeb,
  type Out,
  type ParamsDep,
  type Stage,
  type UrlDep,
  type RepoDep,
} from '../model/stage.ts'
import { readTrackedParams, type TrackedParams } from '../project/params/read-tracked-params.ts'
import { findItem, type StageRecord } from '../project/record.ts'
import { changedParams, paramStates, type ParamChange } from './changed-params.ts'
import { planProblems } from './problems.ts'
import type { EntryState, Reason, StageStatus } from './reasons.ts'
import { recordedDep, recordedOut, type RecordedHash } from './recorded-hash.ts'
import { isCallback } from './run-cache-rules.ts'
import { showValue } from './show-value.ts'
import type { WorkspaceView } from './workspace-view.ts'

/** Reads the tracked keys of a params file; `file` is its name in problems. */
export type ParamsReader = (target: string, keys: readonly string[], file: string) => Result<TrackedParams>

/** Compares a stage with its record, as `dvc status` does (DVC: `stage/__init__.py::status`). Only the stage's own files
 * are looked at. Problems: a dep or out that cannot be read or is not on this machine, a params key that names several
 * values. */
export async function stageStatus(
  stage: Stage,
  record: StageRecord | undefined,
  workspace: WorkspaceView,
  readParams: ParamsReader = readTrackedParams,
): Promise<Result<StageStatus>> {
  const draft = new StatusDraft(stage, record, workspace)
  draft.compareDefinition()
  if (!stage.frozen) for (const dep of stage.deps) await draft.compareDep(dep, readParams)
  for (const out of stage.outs) await draft.compareOut(out)
  return draft.finish()
}

/** That the revision an import follows has moved on; `undefined`: it has not. */
export async function findUpdate(
  { path, url, rev, revLock }: RepoDep,
  workspace: WorkspaceView,
): Promise<Result<Reason | undefined>> {
  if (revLock === undefined) return ok(undefined)
  const now = await workspace.revisionOf({ url, rev, known: revLock })
  if (!now.ok) return now
  return ok(now.value === revLock ? undefined : { code: 'dep.update_available', path, ...change(revLock, now.value) })
}

/** The one map of those who found nothing. */
export const nothing: ReadonlyMap<string, never> = new Map<string, never>()

function noted<T>(known: Map<string, T> | undefined, key: string, value: T): Map<string, T> {
  return (known ?? new Map<string, T>()).set(key, value)
}

// Collects states, reasons and what was read, item by item.
class StatusDraft {
  readonly #stage: Stage
  readonly #record: StageRecord | undefined
  readonly #workspace: WorkspaceView
  readonly #address: string
  // Of most stages there is nothing to tell, and each map takes as much memory as the stage.
  #deps: Map<string, EntryState | ReadonlyMap<string, EntryState>> | undefined
  #outs: Map<string, EntryState> | undefined
  readonly #reasons: Reason[] = []
  readonly #problems: Problem[] = []
  #hashes: Map<string, PathDigest> | undefined
  #params: Map<string, TrackedParams> | undefined
  readonly #faults: Problem[] = []
  #commandChanged = false
  #checksumChanged = false

  constructor(stage: Stage, record: StageRecord | undefined, workspace: WorkspaceView) {
    this.#stage = stage
    this.#record = record
    this.#workspace = workspace
    this.#address = addressFrom(stage, workspace.root, workspace.root)
  }

  // A stage without an entry has no changed command: that nothing is recorded of its deps and outs says enough.
  compareDefinition(): void {
    const { cmd, kind, definitionMd5 } = this.#stage
    const record = this.#record
    if (kind === 'pipeline' && record !== undefined && !pythonEquals(record.cmd ?? null, cmd ?? null)) {
      this.#commandChanged = true
      this.#reasons.push({ code: 'cmd.changed', ...change(show(record.cmd), show(cmd)) })
    }
    if (definitionMd5 !== undefined && definitionMd5 !== record?.definitionMd5) {
      this.#checksumChanged = true
      this.#reasons.push({ code: 'definition.changed', ...change(record?.definitionMd5, definitionMd5) })
    }
    if (this.#isAlwaysChanged() && !this.#stage.frozen) this.#reasons.push({ code: 'always_changed' })
  }

  async compareDep(dep: Dep, readParams: ParamsReader): Promise<void> {
    if (dep.kind === 'params') return this.#compareParams(dep, readParams)
    if (dep.kind === 'url' && isWeb(dep)) return await this.#compareWeb(dep)
    if (dep.kind === 'repo') return await this.#compareRepo(dep)
    if (dep.kind === 'dataset') return this.#compareDataset(dep)
    // DVC asks no database whether it has something new.
    if (dep.kind === 'db') return
    if (dep.kind !== 'file')
      return void this.#problems.push(planProblems.remoteUnsupported(this.#address, dep.path, dep.at))
    const recorded = recordedDep(dep, this.#record)
    if (!this.#workspace.exists(dep.target, 'dep')) return this.#depDeleted(dep, recorded.hash)
    const differs = await this.#differs(dep, recorded, 'dep')
    if (differs === 'gone') return this.#depDeleted(dep, recorded.hash)
    if (!differs) return
    this.#noteDep(dep.path, 'modified')
    this.#reasons.push({
      code: 'dep.modified',
      path: dep.path,
      ...change(recorded.hash, this.#hashes?.get(dep.target)?.oid),
    })
  }

  // The hash of a file on the web is what its server calls it by.
  async #compareWeb(dep: UrlDep): Promise<void> {
    const looked = await this.#workspace.lookAtUrl(dep.target)
    if (!looked.ok)
      return void this.#problems.push(
        ...looked.problems.map((problem) => ({ ...problem, stage: this.#address, at: dep.at })),
      )
    const recorded = this.#record && findItem(this.#record.deps, dep.path)
    if (looked.value === undefined) {
      this.#noteDep(dep.path, 'deleted')
      this.#reasons.push({ code: 'dep.deleted', path: dep.path })
    } else if (looked.value.checksum !== recorded?.hash) {
      this.#noteDep(dep.path, 'modified')
      this.#reasons.push({ code: 'dep.modified', path: dep.path, ...change(recorded?.hash, looked.value.checksum) })
    }
  }

  // What a revision holds never changes; that a branch has moved on makes the import changed, as long as nobody updates it
  // (DVC: `dependency/repo.py::workspace_status`).
  async #compareRepo(dep: RepoDep): Promise<void> {
    const update = await findUpdate(dep, this.#workspace)
    if (!update.ok) {
      const problems = update.problems.map((problem) => ({ ...problem, stage: this.#address, at: dep.at }))
      return void this.#problems.push(...problems)
    }
    if (update.value === undefined) return
    this.#noteDep(dep.path, 'update available')
    this.#reasons.push(update.value)
  }

  // DVC: `dependency/dataset.py::workspace_status`. Nobody is asked: what dvc.lock says of the dataset counts.
  #compareDataset({ path, name, state, at }: DatasetDep): void {
    if (state === 'unknown') return void this.#problems.push(planProblems.datasetUnknown(this.#address, name, at))
    if (state === 'unlocked' || state === 'outdated') {
      this.#noteDep(path, 'not in sync')
      this.#reasons.push({ code: 'dep.not_in_sync', path })
      return
    }
    const recorded = this.#record && lockedDataset(findItem(this.#record.deps, path)?.extra.get('dataset'))
    if (recorded !== undefined && pythonEquals(recorded, state)) return
    this.#noteDep(path, recorded === undefined ? 'new' : 'modified')
    this.#reasons.push({ code: 'dep.modified', path })
  }

  async compareOut(out: Out): Promise<void> {
    if (out.scheme !== 'local')
      return void this.#problems.push(planProblems.remoteUnsupported(this.#address, out.path, out.at))
    const recorded = recordedOut(out, this.#record)
    const { hash, hashName } = recorded
    const inCache = hash === undefined || !out.cache || !out.inRepo || (await this.#workspace.isCached(hashName, hash))
    // Data that is lost may leave a broken link behind, which is no reason not to make it again.
    const found = this.#workspace.exists(out.target, 'out')
      ? await this.#differs(out, recorded, 'out', inCache)
      : 'gone'
    const [exists, differs] = [found !== 'gone', found === true]
    // DVC looks into the cache first, so that is the state it shows; the other reason is worth telling all the same.
    const state = !inCache ? 'not in cache' : !exists ? 'deleted' : differs ? 'modified' : undefined
    if (state !== undefined) this.#outs = noted(this.#outs, out.path, state)
    const before = hash === undefined ? {} : { before: hash }
    if (!inCache) this.#reasons.push({ code: 'out.not_in_cache', path: out.path, ...before })
    if (!exists) this.#reasons.push({ code: 'out.missing', path: out.path, ...before })
    if (differs)
      this.#reasons.push({ code: 'out.modified', path: out.path, ...change(hash, this.#hashes?.get(out.target)?.oid) })
  }

  finish(): Result<StageStatus> {
    if (this.#problems.length > 0) return failed(...this.#problems)
    return ok({
      stage: this.#stage,
      record: this.#record,
      deps: this.#deps ?? nothing,
      outs: this.#outs ?? nothing,
      alwaysChanged: this.#isAlwaysChanged(),
      commandChanged: this.#commandChanged,
      checksumChanged: this.#checksumChanged,
      reasons: this.#finalReasons(),
      hashes: this.#hashes ?? nothing,
      params: this.#params ?? nothing,
      faults: this.#faults,
    })
  }

  #compareParams(dep: ParamsDep, readParams: ParamsReader): void {
    if (!this.#workspace.exists(dep.target, 'dep')) return this.#depDeleted(dep, undefined)
    const read = this.#readParams(dep, readParams)
    const recorded = this.#record?.params.get(dep.path)
    if (recorded === undefined) {
      // Nothing to compare with, so DVC does not read the file yet; that it cannot be read shows when the stage runs.
      if (!read.ok) this.#faults.push(...read.problems)
      this.#noteDep(dep.path, 'new')
      this.#reasons.push({ code: 'param.new', path: dep.path })
      return
    }
    if (!read.ok) return void this.#problems.push(...read.problems)
    const changes = changedParams(dep, recorded, read.value.values)
    if (changes.length === 0) return
    this.#noteDep(dep.path, paramStates(changes))
    this.#reasons.push(...changes.map((item) => paramReason(dep, item)))
  }

  #readParams(dep: ParamsDep, readParams: ParamsReader): Result<TrackedParams> {
    const address = this.#address
    const read = readParams(dep.target, dep.keys, relativeTo(this.#workspace.root, dep.target))
    if (!read.ok) return failed(...read.problems.map((problem) => ({ ...problem, stage: address })))
    const { ambiguous, notMapping } = read.value
    if (notMapping) return failed(planProblems.paramsNotMapping(address, dep.path, dep.at))
    if (ambiguous[0] !== undefined) return failed(planProblems.paramAmbiguous(address, ambiguous[0], dep.path, dep.at))
    this.#params = noted(this.#params, dep.savedPath, read.value)
    return read
  }

  #noteDep(path: string, state: EntryState | ReadonlyMap<string, EntryState>): void {
    this.#deps = noted(this.#deps, path, state)
  }

  #depDeleted(dep: FileDep | ParamsDep, before: string | undefined): void {
    this.#noteDep(dep.path, 'deleted')
    this.#reasons.push({ code: 'dep.deleted', path: dep.path, ...change(before, undefined) })
  }

  // Gone: somebody has deleted it since we looked whether it is there.
  async #differs(
    item: FileDep | Out,
    recorded: RecordedHash,
    as: 'dep' | 'out',
    mustBeReadable = true,
  ): Promise<boolean | 'gone'> {
    const isLegacy = recorded.hashName === 'md5-dos2unix' && recorded.hash !== undefined
    const hash = await this.#workspace.digest(item.target, isLegacy ? 'md5-dos2unix' : 'md5')
    if (!hash.ok) {
      if (!this.#workspace.exists(item.target, as)) return 'gone'
      if (!mustBeReadable) return false
      this.#problems.push(
        ...hash.problems.map((problem) => ({ ...problem, at: problem.at ?? item.at, stage: this.#address })),
      )
      return true
    }
    this.#hashes = noted(this.#hashes, item.target, hash.value)
    return hash.value.oid !== recorded.hash || hash.value.hashName !== recorded.hashName
  }

  #isAlwaysChanged(): boolean {
    return this.#stage.alwaysChanged || isCallback(this.#stage)
  }

  // With no entry at all everything differs: one reason says it, beside what else keeps the stage from running.
  #finalReasons(): readonly Reason[] {
    if (this.#record !== undefined || this.#stage.kind !== 'pipeline') return this.#reasons
    const kept = this.#reasons.filter((reason) => reason.code === 'dep.deleted' || reason.code === 'always_changed')
    return [{ code: 'lock.missing' }, ...kept]
  }
}

const paramCodes = { new: 'param.new', modified: 'param.changed', deleted: 'param.deleted' } as const

function paramReason(dep: ParamsDep, { key, state, before, after }: ParamChange): Reason {
  return { code: paramCodes[state], path: dep.path, key: String(key), ...change(show(before), show(after)) }
}

function show(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : showValue(value)
}

function change(
  before: string | undefined,
  after: string | undefined,
): { readonly before?: string; readonly after?: string } {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}
