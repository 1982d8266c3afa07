import { isList, isMap, pythonTypeName, type Value } from '../../base/value.ts'
import { cleanItem, isReferred, labelOf, resolveData, type Instance, type Refuse } from './instance.ts'
import type { Scope } from './interpolate.ts'
import { templateProblems } from './problems.ts'

/** The instances of `foreach` (DVC: `parsing/__init__.py::ForeachDefinition`), by key: of equal keys the place of the first
 * and the value of the last. Data that is no list or map, or more than `limit` long, is reported and has no instances. */
export function foreachInstances(data: Value, scope: Scope, limit: number): readonly Instance[] {
  const resolved = resolveData(data, ['foreach'], scope)
  if (resolved === undefined) return []
  const refuse: Refuse = (problem) => {
    scope.report({ path: ['foreach'], problem })
    return []
  }
  const type = pythonTypeName(resolved)
  if (!isMap(resolved) && !isList(resolved)) return refuse((at) => templateProblems.foreachData(at, type))
  const pairs = isMap(resolved) ? mapPairs(resolved) : listPairs(resolved, data)
  if (pairs.length > limit) return refuse((at) => templateProblems.tooManyStages(at, limit))
  const items = new Map(pairs.map(([key, value]) => [key, cleanItem(value, ['foreach'], scope)]))
  return [...items].map(([key, item]) => ({ key, names: namesOf(item, isMap(resolved) ? key : undefined) }))
}

type Pair = readonly [key: string, value: Value]

function mapPairs(map: ReadonlyMap<Value, Value>): readonly Pair[] {
  return [...map].map(([key, value]) => [labelOf(key, false), value])
}

// A list that holds any map or list is numbered.
function listPairs(list: readonly Value[], written: Value): readonly Pair[] {
  const isNumbered = list.some((value) => isMap(value) || isList(value))
  return list.map((value, index) => [isNumbered ? String(index) : labelOf(value, isReferred(written, index)), value])
}

function namesOf(item: Value, key: string | undefined): ReadonlyMap<string, Value> {
  const names = new Map<string, Value>([['item', item]])
  return key === undefined ? names : names.set('key', key)
}
