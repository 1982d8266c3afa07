import { pythonEquals } from '../base/python-equal.ts'
import { isForeign, type Scalar, type Value, type ValueMap } from '../base/value.ts'
import type { ParamsDep } from '../model/stage.ts'
import type { EntryState } from './reasons.ts'

/** One tracked parameter that differs. */
export interface ParamChange {
  readonly key: Scalar
  readonly state: 'new' | 'modified' | 'deleted'
  readonly before: Value | undefined
  readonly after: Value | undefined
}

/** Compares the tracked values of a params file with the recorded ones, in the order of the stage's keys; for a file
 * tracked whole, in the file's order, then the record's (DVC: `dependency/param.py::workspace_status`). */
export function changedParams(dep: ParamsDep, recorded: ValueMap, actual: ValueMap): readonly ParamChange[] {
  const keys = dep.keys.length > 0 ? dep.keys : [...actual.keys(), ...recorded.keys()]
  return [...new Set<Scalar>(keys)].flatMap((key) => {
    const [before, after] = [recorded.get(key), actual.get(key)]
    if (after === undefined) return { key, state: 'deleted', before, after }
    if (before === undefined) return { key, state: 'new', before, after }
    return isSameParam(before, after, dep.path) ? [] : { key, state: 'modified', before, after }
  })
}

/** Changes as `dvc status` lists them. */
export function paramStates(changes: readonly ParamChange[]): ReadonlyMap<string, EntryState> {
  return new Map(changes.map(({ key, state }) => [String(key), state]))
}

/** Whether a value of a params file is the recorded one. A lock file has no tuples; DVC lets one pass at the top of a value
 * only. */
export function isSameParam(recorded: Value, actual: Value, file: string): boolean {
  if (pythonEquals(actual, recorded, isYaml(file))) return true
  return isForeign(actual) && actual.kind === 'tuple' && pythonEquals(actual.items ?? [], recorded)
}

// What is not in one of these forms DVC reads as YAML (`utils/serialize/__init__.py::LOADERS`).
function isYaml(file: string): boolean {
  return !/\.(?:json|toml|py)$/.test(file)
}
