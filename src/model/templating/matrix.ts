import { isList, isMap, pythonTypeName, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import { findExpressions, isWholeExpression } from './find-expressions.ts'
import { cleanItem, isReferred, labelOf, resolveData, type Instance, type Refuse } from './instance.ts'
import type { Scope } from './interpolate.ts'
import { templateProblems } from './problems.ts'

/** The instances of `matrix` (DVC: `parsing/__init__.py::MatrixDefinition`): all combinations, the first name outermost; of
 * equal keys the place of the first and the values of the last. More than `limit` are reported and give none. */
export function matrixInstances(data: ValueMap, scope: Scope, limit: number): readonly Instance[] {
  const resolved = resolveData(data, ['matrix'], scope)
  if (!isMap(resolved)) return []
  const refuse: Refuse = (problem) => {
    scope.report({ path: ['matrix'], problem })
    return []
  }
  const written = [...data.values()]
  const axes = [...resolved].map(([name, values], index) => toAxis(name, values, written[index] ?? null, scope))
  if (axes.length === 0) return refuse((at) => templateProblems.matrixEmpty(at))
  if (!axes.every((axis) => axis !== undefined)) return []
  const count = axes.reduce((product, axis) => product * axis.length, 1)
  if (count === 0) return []
  if (count > limit) return refuse((at) => templateProblems.tooManyStages(at, limit))
  const items = new Map(combinations(axes).map((entries) => [keyOf(entries), itemOf(entries)]))
  return [...items].map(([key, item]) => ({
    key,
    names: new Map<string, Value>([
      ['key', key],
      ['item', item],
    ]),
  }))
}

interface AxisEntry {
  readonly name: Scalar
  readonly value: Value
  /** What the entry adds to the key. */
  readonly label: string
}

type Axis = readonly AxisEntry[]

function toAxis(name: Scalar, values: Value, written: Value, scope: Scope): Axis | undefined {
  const elements = elementsOf(values, written)
  if (elements === undefined) {
    const type = pythonTypeName(values)
    scope.report({ path: ['matrix', name], problem: (at) => templateProblems.matrixData(at, String(name), type) })
    return undefined
  }
  // Elements of a list that an expression brings are wrapped in DVC; keys of a map and characters never are.
  const canRefer = isList(values)
  return elements.map((element, index) => {
    const value = cleanItem(element, ['matrix', name], scope)
    const isComposite = isMap(value) || isList(value)
    const label = isComposite ? `${String(name)}${index}` : labelOf(value, canRefer && isReferred(written, index))
    return { name, value, label }
  })
}

// Python iterates over a text character by character and over a map key by key, and DVC lets it.
function elementsOf(values: Value, written: Value): readonly Value[] | undefined {
  if (isList(values)) return values
  if (isMap(values)) return [...values.keys()]
  const isWritten = typeof written === 'string' && !isWholeExpression(written, findExpressions(written))
  return typeof values === 'string' && isWritten ? Array.from(values) : undefined
}

function combinations(axes: readonly Axis[]): readonly Axis[] {
  return axes.reduce<readonly Axis[]>(
    (started, axis) => started.flatMap((entries) => axis.map((entry) => [...entries, entry])),
    [[]],
  )
}

function keyOf(entries: Axis): string {
  return entries.map(({ label }) => label).join('-')
}

function itemOf(entries: Axis): Value {
  return new Map(entries.map(({ name, value }) => [name, value]))
}
