import type { Problem } from '../base/problem.ts'
import { pythonEquals } from '../base/python-equal.ts'
import type { Value } from '../base/value.ts'
import type { Stage } from '../model/stage.ts'
import { isSameParam } from './changed-params.ts'
import { canUseRunCache } from './run-cache-rules.ts'
import { fromLockEntry, toLockEntry } from '../project/lock/lock-entry.ts'
import { findItem, type StageRecord, unhashedRecord } from '../project/record.ts'
import type { CacheView } from './workspace-view.ts'

export interface RestoreQuestion {
  readonly stage: Stage
  readonly previous: StageRecord | undefined
  /** The stage's deps as they are now. */
  readonly deps: Pick<StageRecord, 'deps' | 'params'>
  /** False: only the stage's own lock entry is looked at (`--no-run-cache`). */
  readonly runCache: boolean
  /** Also results whose data is not in the cache, which may be on a remote. @default false */
  readonly mayLack?: boolean
}

/** The results of an earlier run with the same command and inputs, as far as they are in the cache
 * (DVC: `stage/cache.py::restore`). First the stage's own lock entry, then the newest entry of the run cache. With `warn`
 * a damaged entry is removed and told. */
export async function findEarlierResults(
  question: RestoreQuestion,
  workspace: CacheView,
  warn?: (problem: Problem) => void,
): Promise<StageRecord | undefined> {
  const { stage, previous, deps } = question
  if (!canUseRunCache(stage, deps.params)) return undefined
  const record =
    previous !== undefined && isCurrent(stage, previous, deps) ? previous : await lookUp(question, workspace, warn)
  if (record === undefined) return undefined
  for (const out of stage.outs) {
    const item = findItem(record.outs, out.path)
    if (item?.hash === undefined) return undefined
    if (!question.mayLack && !(await workspace.isCached(item.hashName, item.hash))) return undefined
  }
  return record
}

async function lookUp(
  question: RestoreQuestion,
  workspace: CacheView,
  warn?: (problem: Problem) => void,
): Promise<StageRecord | undefined> {
  if (!question.runCache) return undefined
  const entry = await workspace.runCache.find(toLockEntry(recordWithoutHashes(question)), warn)
  if (entry === undefined) return undefined
  const record = fromLockEntry(entry)
  // DVC's key leaves out params named `size` and `nfiles`, and would hand out results of other values.
  return sameParams(record, question.deps, isSameToKey) ? record : undefined
}

// To a key nan is nan.
function isSameToKey(recorded: Value, actual: Value, file: string): boolean {
  return pythonEquals([actual], [recorded], true) || isSameParam(recorded, actual, file)
}

function recordWithoutHashes({ stage, deps }: RestoreQuestion): StageRecord {
  const outs = stage.outs.map(({ path }) => unhashedRecord(path))
  return { cmd: stage.cmd, ...deps, outs, definitionMd5: undefined }
}

/** Command, deps and params are as recorded, and every out has a recorded hash. */
function isCurrent(stage: Stage, previous: StageRecord, deps: RestoreQuestion['deps']): boolean {
  return (
    previous.cmd !== undefined &&
    pythonEquals(previous.cmd, stage.cmd ?? null) &&
    deps.deps.every((item) => findItem(previous.deps, item.path)?.hash === item.hash) &&
    sameParams(previous, deps) &&
    // Params are recorded by the path of their file, so under another spelling (`./params.yaml`) they count as new.
    stage.deps.every((dep) => dep.kind !== 'params' || previous.params.has(dep.path)) &&
    stage.outs.every((out) => findItem(previous.outs, out.path)?.hash !== undefined)
  )
}

function sameParams(record: StageRecord, deps: RestoreQuestion['deps'], isSame = isSameParam): boolean {
  return [...deps.params].every(([file, values]) => {
    const recorded = record.params.get(file)
    return recorded !== undefined && [...values].every(([key, value]) => isSame(recorded.get(key) ?? null, value, file))
  })
}
