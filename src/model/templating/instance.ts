import type { Problem, SourceRange } from '../../base/problem.ts'
import { pythonStr } from '../../base/python-repr.ts'
import { isList, isMap, type Scalar, type Value } from '../../base/value.ts'
import { cleanValue } from './context.ts'
import { findExpressions, isWholeExpression } from './find-expressions.ts'
import { resolveValue, type Scope } from './interpolate.ts'
import { templateProblems } from './problems.ts'

/** One stage of a family. */
export interface Instance {
  /** What follows the `@`. */
  readonly key: string
  /** What expressions can name besides the context: `item`, and for maps and matrices `key`. */
  readonly names: ReadonlyMap<string, Value>
}

/** Reports one fault of the whole data. */
export type Refuse = (problem: (at: SourceRange) => Problem) => readonly Instance[]

/** Resolves the data of a family; `undefined` if anything in it was reported. DVC cannot use what an expression brings as
 * a key there. */
export function resolveData(data: Value, path: readonly Scalar[], scope: Scope): Value | undefined {
  let isSound = true
  const report: Scope['report'] = (fault) => {
    isSound = false
    scope.report(fault)
  }
  for (const key of wholeKeys(data, path))
    report({ path: key, part: 'key', problem: (at) => templateProblems.wholeKey(at) })
  const resolved = resolveValue(data, path, { ...scope, report })
  return isSound ? resolved : undefined
}

/** A value as part of a stage name. DVC holds what an expression brings in a wrapper, and shows booleans in one as Python
 * does: `True`. */
export function labelOf(value: Value, isReferred: boolean): string {
  return typeof value === 'boolean' && !isReferred ? String(value) : pythonStr(value)
}

/** Whether the element of a list at `index` comes from an expression, given the list as it is written. */
export function isReferred(written: Value, index: number): boolean {
  return isWhole(isList(written) ? (written[index] ?? null) : written)
}

function isWhole(value: Value): boolean {
  return typeof value === 'string' && isWholeExpression(value, findExpressions(value))
}

function wholeKeys(value: Value, path: readonly Scalar[]): readonly (readonly Scalar[])[] {
  if (isList(value)) return value.flatMap((item, index) => wholeKeys(item, [...path, index]))
  if (!isMap(value)) return []
  return [...value].flatMap(([key, item]) => {
    const below = [...path, key]
    return isWhole(key) ? [below] : wholeKeys(item, below)
  })
}

/** A value as expressions of the instance can name it. */
export function cleanItem(value: Value, path: readonly Scalar[], scope: Scope): Value {
  const { value: cleaned, foreign } = cleanValue(value)
  if (foreign === undefined) return cleaned
  const place = ['item', ...foreign.path].join('.')
  scope.report({ path, problem: (at) => templateProblems.itemUnsupported(at, place, foreign.value.kind) })
  return null
}
