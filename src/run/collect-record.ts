import { type Stats, readdirSync, statSync } from 'node:fs'
import { tryStat } from '../base/file-kind.ts'
import { relativeTo } from '../base/paths.ts'
import { compareCodePoints } from '../base/order.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { ValueMap } from '../base/value.ts'
import type { LocalHashName } from '../cache/hash/hash-file.ts'
import type { PathDigest, PathHash } from '../cache/hashing.ts'
import { itemRecord } from '../cache/item-record.ts'
import type { Workspace } from '../cache/workspace.ts'
import { addressFrom } from '../model/address.ts'
import {
  type DatasetDep,
  type Dep,
  type FileDep,
  isWeb,
  type Out,
  type ParamsDep,
  type Stage,
  type UrlDep,
} from '../model/stage.ts'
import { readTrackedParams } from '../project/params/read-tracked-params.ts'
import { findItem, type ItemRecord, type StageRecord, unhashedRecord } from '../project/record.ts'
import type { OutHashes } from './engine.ts'
import { runProblems } from './problems.ts'

/** What a stage's deps and outs are now. */
export interface Collected {
  readonly record: StageRecord
  readonly hashes: OutHashes
  readonly warnings: readonly Problem[]
}

/** The deps half of a record. */
export type CollectedDeps = Pick<StageRecord, 'deps' | 'params'>

/** Hashes all deps and outs of a stage as DVC does when it saves one (`stage/__init__.py::save`); the record is what
 * dvc.lock will hold. `previous` decides which items keep a DVC 2.x hash. `willStore`: outs enter the cache next, so that some may do so
 * already. */
export async function collectRecord(
  stage: Stage,
  previous: StageRecord | undefined,
  workspace: Workspace,
  { willStore = false }: { readonly willStore?: boolean } = {},
): Promise<Result<Collected>> {
  const deps = await collectDeps(stage, previous, workspace)
  if (!deps.ok) return deps
  const outs = await collectOuts(stage, previous, workspace, willStore)
  if (!outs.ok) return outs
  const { items, hashes, warnings } = outs.value
  const record: StageRecord = { cmd: stage.cmd, ...deps.value, outs: items, definitionMd5: undefined }
  return ok({ record, hashes, warnings })
}

/** What a stage's deps are now; a problem for each that is missing or cannot be read. */
export async function collectDeps(
  stage: Stage,
  previous: StageRecord | undefined,
  workspace: Workspace,
): Promise<Result<CollectedDeps>> {
  const problems: Problem[] = []
  const deps: ItemRecord[] = []
  const params = new Map<string, ValueMap>()
  for (const dep of byPath(stage.deps.filter((each) => each.kind === 'params')))
    keep(collectParams(stage, dep, workspace), (values) => params.set(dep.savedPath, values))
  for (const dep of stage.deps) {
    if (dep.kind !== 'params') keep(await collectDep(stage, dep, previous, workspace), (item) => deps.push(item))
  }
  return problems.length > 0 ? { ok: false, problems } : ok({ deps, params })

  function keep<T>(result: Result<T>, take: (value: T) => void): void {
    if (result.ok) take(result.value)
    else problems.push(...result.problems)
  }
}

// Of one file under two spellings (`./params.yaml`), the last one counts (`stage/serialize.py::_serialize_params_values`).
function byPath(deps: readonly ParamsDep[]): readonly ParamsDep[] {
  return deps.toSorted((a, b) => compareCodePoints(a.path, b.path))
}

async function collectDep(
  stage: Stage,
  dep: Exclude<Dep, ParamsDep>,
  previous: StageRecord | undefined,
  workspace: Workspace,
): Promise<Result<ItemRecord>> {
  const address = addressOf(stage, workspace)
  if (dep.kind === 'url' && isWeb(dep)) return await collectWeb(dep, address, workspace)
  // Its revision stands in the .dvc file itself.
  if (dep.kind === 'repo') return ok(unhashedRecord(dep.path))
  if (dep.kind === 'db') return ok(unhashedRecord(dep.path))
  if (dep.kind === 'dataset') return collectDataset(dep, address)
  if (dep.kind !== 'file') return failed(runProblems.remoteUnsupported(address, dep.path, dep.at))
  if (!workspace.exists(dep.target, 'dep')) return failed(runProblems.depMissing(address, dep.path, dep.at))
  const recorded = previous && findItem(previous.deps, dep.path)
  const hash = await asRecorded(dep, recorded, (hashName) => workspace.digest(dep.target, hashName))
  return hash.ok ? ok(itemRecord(dep.path, hash.value)) : hash
}

function collectDataset({ path, name, state, at }: DatasetDep, address: string): Result<ItemRecord> {
  if (state === 'unknown') return failed(runProblems.datasetUnknown(address, name, at))
  if (typeof state === 'string') return failed(runProblems.datasetNotInSync(address, name, at))
  return ok({ ...unhashedRecord(path), extra: new Map([['dataset', state]]) })
}

async function collectWeb(dep: UrlDep, address: string, workspace: Workspace): Promise<Result<ItemRecord>> {
  const looked = await workspace.lookAtUrl(dep.target)
  if (!looked.ok) return failed(...looked.problems.map((problem) => ({ ...problem, stage: address, at: dep.at })))
  if (looked.value === undefined) return failed(runProblems.depMissing(address, dep.path, dep.at))
  const { checksum: hash, size } = looked.value
  return ok({ path: dep.path, hashName: 'checksum', hash, size, nfiles: undefined, isexec: false, extra: new Map() })
}

function collectParams(stage: Stage, dep: ParamsDep, workspace: Workspace): Result<ValueMap> {
  const address = addressOf(stage, workspace)
  if (!workspace.exists(dep.target, 'dep')) return failed(runProblems.depMissing(address, dep.path, dep.at))
  const read = readTrackedParams(dep.target, dep.keys, relativeTo(workspace.root, dep.target))
  if (!read.ok) return { ok: false, problems: read.problems.map((problem) => ({ ...problem, stage: address })) }
  const { values, missing, ambiguous, notMapping, unsupported } = read.value
  if (notMapping) return failed(runProblems.paramsNotMapping(address, dep.path, dep.at))
  if (ambiguous[0] !== undefined) return failed(runProblems.paramAmbiguous(address, ambiguous[0], dep.path, dep.at))
  if (missing.length > 0) return failed(runProblems.paramMissing(address, missing, dep.path, dep.at))
  if (unsupported !== undefined) return failed(runProblems.paramUnsupported(address, dep.path, unsupported, dep.at))
  return ok(values)
}

interface CollectedOuts {
  readonly items: readonly ItemRecord[]
  readonly hashes: OutHashes
  readonly warnings: readonly Problem[]
}

async function collectOuts(
  stage: Stage,
  previous: StageRecord | undefined,
  workspace: Workspace,
  willStore: boolean,
): Promise<Result<CollectedOuts>> {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const items: ItemRecord[] = []
  const hashes = new Map<string, PathHash>()
  for (const out of stage.outs) {
    const stats = tryStat(() => statSync(out.target, { throwIfNoEntry: false }))
    const fault = checkOut(stage, out, stats, workspace)
    if (fault !== undefined) {
      problems.push(fault)
      continue
    }
    if (isEmpty(out.target, stats!)) warnings.push(runProblems.outEmpty(addressOf(stage, workspace), out.path, out.at))
    const recorded = previous && findItem(previous.outs, out.path)
    const hash = await asRecorded(out, recorded, (hashName) =>
      willStore && out.cache ? workspace.hashToStore(out, hashName) : workspace.hash(out.target, hashName),
    )
    if (!hash.ok) problems.push(...hash.problems)
    else {
      items.push(itemRecord(out.path, hash.value))
      hashes.set(out.path, hash.value)
    }
  }
  return problems.length > 0 ? { ok: false, problems } : ok({ items, hashes, warnings })
}

// DVC: `output.py::Output.save`.
function checkOut(stage: Stage, out: Out, stats: Stats | undefined, workspace: Workspace): Problem | undefined {
  const address = addressOf(stage, workspace)
  if (out.scheme !== 'local') return runProblems.remoteUnsupported(address, out.path, out.at)
  if (out.cache && !out.inRepo) return runProblems.outOutsideCached(address, out.path, out.at)
  if (!workspace.exists(out.target, 'out')) return runProblems.outMissing(address, out.path, out.at)
  if (stats?.isFile() !== true && stats?.isDirectory() !== true)
    return runProblems.outNotFile(address, out.path, out.at)
  if (out.metric && workspace.isBinaryFile(out.target)) return runProblems.metricBinary(address, out.path, out.at)
  return undefined
}

/** Hashes a path under the name its record has: an item of DVC 2.x keeps its old hash as long as it still matches
 * (`output.py::update_legacy_hash_name`). */
async function asRecorded<D extends PathDigest>(
  item: FileDep | Out,
  recorded: ItemRecord | undefined,
  hash: (hashName: LocalHashName) => Promise<Result<D>>,
): Promise<Result<D>> {
  if (item.inRepo && recorded?.hashName === 'md5-dos2unix' && recorded.hash !== undefined) {
    const legacy = await hash('md5-dos2unix')
    if (!legacy.ok || legacy.value.oid === recorded.hash) return legacy
  }
  return await hash('md5')
}

function addressOf(stage: Stage, workspace: Workspace): string {
  return addressFrom(stage, workspace.root, workspace.root)
}

function isEmpty(path: string, stats: Stats): boolean {
  return stats.isDirectory() ? readdirSync(path).length === 0 : stats.size === 0
}
