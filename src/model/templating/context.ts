import { parsePythonInt } from '../../base/python-int.ts'
import {
  isForeign,
  isList,
  isMap,
  type ForeignValue,
  type Scalar,
  type Value,
  type ValueMap,
} from '../../base/value.ts'

/** What the expressions of a dvc.yaml can name (DVC: `parsing/context.py`). Never changed: additions make a new one. */
export interface Context {
  readonly values: ValueMap
  /** What was merged into `values`, in that order. */
  readonly layers: readonly Layer[]
  /** Files by the name they are shown with, and which of their keys were taken. */
  readonly loaded: ReadonlyMap<string, 'whole' | readonly string[]>
  /** Names that vars may not define. */
  readonly reserved: readonly string[]
}

export interface Layer {
  /** A file, or `vars[0]`. */
  readonly source: string
  readonly values: ValueMap
}

/** What stands in the way of a merge: the path that is defined twice, and what defined it first. */
export interface Conflict {
  readonly path: string
  readonly source: string
}

export const emptyContext: Context = { values: new Map(), layers: [], loaded: new Map(), reserved: [] }

/** The value under `names`, outermost first. Lists take integers as Python's `int` reads them, negative ones count from
 * the end. */
export function lookUp(values: ValueMap, names: readonly string[]): Value | undefined {
  let current: Value | undefined = values
  for (const name of names) {
    if (isMap(current)) current = current.get(name)
    else if (isList(current)) current = at(current, parsePythonInt(name))
    else return undefined
  }
  return current
}

function at(list: readonly Value[], index: bigint | undefined): Value | undefined {
  return index === undefined ? undefined : list.at(Number(index))
}

/** Merges a layer: maps recursively; anything else that is there already is a conflict, even with an equal value. */
export function mergeLayer(context: Context, layer: Layer): Context | Conflict {
  const path = findConflict(context.values, layer.values)
  if (path !== undefined) return { path: path.join('.'), source: firstSource(context.layers, path) }
  return { ...context, values: mergeMaps(context.values, layer.values), layers: [...context.layers, layer] }
}

export function isConflict(merged: Context | Conflict): merged is Conflict {
  return 'path' in merged
}

/** The context of one instance of a family: `item`, and `key` where it has one, cover what had these names. */
export function withItem(context: Context, item: ReadonlyMap<string, Value>): Context {
  return {
    ...context,
    values: new Map([...context.values, ...item]),
    reserved: [...context.reserved, ...item.keys()],
  }
}

function findConflict(into: ValueMap, update: ValueMap): readonly string[] | undefined {
  for (const [key, value] of update) {
    const present = into.get(key)
    if (present === undefined) continue
    const deeper = isMap(present) && isMap(value) ? findConflict(present, value) : []
    if (deeper !== undefined) return [String(key), ...deeper]
  }
  return undefined
}

function mergeMaps(into: ValueMap, update: ValueMap): ValueMap {
  const merged = new Map(into)
  for (const [key, value] of update) {
    const present = into.get(key)
    merged.set(key, isMap(present) && isMap(value) ? mergeMaps(present, value) : value)
  }
  return merged
}

function firstSource(layers: readonly Layer[], path: readonly string[]): string {
  const first = layers.find(({ values }) => lookUpKeys(values, path) !== undefined)
  if (first === undefined) throw new Error(`Internal error: nothing defines ${path.join('.')}`)
  return first.source
}

function lookUpKeys(values: ValueMap, path: readonly string[]): Value | undefined {
  let current: Value | undefined = values
  for (const key of path) current = isMap(current) ? current.get(key) : undefined
  return current
}

/** A value that expressions can name: entries whose key is no text are dropped, as DVC drops them. `foreign` is the first
 * value of a type that DVC cannot hold here (a date, a set …), with the way to it. */
export interface CleanedValue {
  readonly value: Value
  readonly foreign: { readonly path: readonly string[]; readonly value: ForeignValue } | undefined
}

export function cleanValue(value: Value): CleanedValue {
  const cleaner = new Cleaner()
  return { value: cleaner.clean(value, []), foreign: cleaner.foreign }
}

class Cleaner {
  foreign: CleanedValue['foreign']
  // Aliases make one object stand in many places; it is cleaned once.
  readonly #known = new Map<Value, Value>()

  clean(value: Value, path: readonly string[]): Value {
    if (isForeign(value)) {
      if (value.entries !== undefined) return this.clean(value.entries, path)
      if (value.kind !== 'bytes') this.foreign ??= { path, value }
      return value
    }
    if (!isMap(value) && !isList(value)) return value
    const known = this.#known.get(value)
    if (known !== undefined) return known
    const cleaned = isMap(value)
      ? new Map([...value].filter(isNamed).map(([key, entry]) => [key, this.clean(entry, [...path, key])]))
      : value.map((entry, index) => this.clean(entry, [...path, String(index)]))
    this.#known.set(value, cleaned)
    return cleaned
  }
}

function isNamed(entry: [Scalar, Value]): entry is [string, Value] {
  return typeof entry[0] === 'string'
}
