import type { Dep, Stage, StageId } from '../model/stage.ts'
import type { StageRecord } from '../project/record.ts'
import type { StageStatus } from './reasons.ts'
import { recordedAsOut, recordedDep } from './recorded-hash.ts'

/** How missing data is judged. */
export interface ChangeRules {
  /** Data that is only missing is no change, unless a producer has recorded other data for the same path. */
  readonly allowMissing: boolean
  /** Direct producers of the stage's deps. */
  readonly producers: readonly Stage[]
  readonly records: ReadonlyMap<StageId, StageRecord>
}

/** A stage of this status is not skipped by `dvc repro` (DVC: `stage/__init__.py::changed`). */
export function isChanged(status: StageStatus, rules?: ChangeRules): boolean {
  if (status.commandChanged || status.checksumChanged) return true
  return (!status.stage.frozen && areDepsChanged(status, rules)) || areOutsChanged(status, rules)
}

function areDepsChanged(status: StageStatus, rules: ChangeRules | undefined): boolean {
  if (status.alwaysChanged) return true
  return status.stage.deps.some((dep) => {
    const state = status.deps.get(dep.path)
    if (state !== 'deleted' || !rules?.allowMissing) return state !== undefined
    return isMadeOtherwise(dep, status.record, rules)
  })
}

function areOutsChanged(status: StageStatus, rules: ChangeRules | undefined): boolean {
  const states = [...status.outs.values()]
  return rules?.allowMissing
    ? states.some((state) => state !== 'deleted' && state !== 'not in cache')
    : states.length > 0
}

// A missing dep was recorded with other data by the stage that makes it. Params have no hash to compare with.
function isMadeOtherwise(dep: Dep, record: StageRecord | undefined, { producers, records }: ChangeRules): boolean {
  if (dep.kind !== 'file' && dep.kind !== 'params') return false
  const used = dep.kind === 'file' ? recordedDep(dep, record) : undefined
  return producers.some((producer) => {
    const made = recordedAsOut(dep, producer, records.get(producer.id))
    return made !== undefined && (made.hash !== used?.hash || made.hashName !== used?.hashName)
  })
}
