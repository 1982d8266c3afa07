import { isForeign, isList, isMap, type ForeignValue, type Scalar, type Value, type ValueMap } from './value.ts'

/** Python's `==`: numbers and booleans by value (`1 == 1.0 == True`), lists by order, dicts by content, nan unequal to
 * itself, values of different types never equal (a list is no tuple). With `hasOneNan` every nan is one object, as in what
 * ruamel.yaml reads: then nan equals itself inside lists and dicts, where Python asks first whether two are the same. */
export function pythonEquals(a: Value, b: Value, hasOneNan = false): boolean {
  const isInside = (x: Value, y: Value): boolean =>
    pythonEquals(x, y, hasOneNan) || (hasOneNan && Number.isNaN(x) && Number.isNaN(y))
  if (isNumeric(a) && isNumeric(b)) return numbersEqual(a, b)
  if (isList(a)) return isList(b) && listsEqual(a, b, isInside)
  if (isMap(a)) return isMap(b) && mapsEqual(a, b, isInside)
  if (isForeign(a)) return isForeign(b) && foreignEqual(a, b, isInside)
  return a === b
}

/** A text that is equal for equal keys of a dict: `1`, `1.0` and `true` are one key there. */
export function pythonKey(key: Scalar): string {
  if (key === null) return 'null'
  if (typeof key === 'string') return `"${key}`
  if (typeof key === 'boolean') return key ? '1' : '0'
  return Number.isInteger(key) ? String(BigInt(key)) : String(key)
}

/** The value that a dict holds under `key`. */
export function pythonGet(map: ValueMap, key: Scalar): Value | undefined {
  const direct = map.get(key)
  if (direct !== undefined || typeof key === 'string' || key === null) return direct
  for (const [candidate, value] of map) if (isNumeric(candidate) && numbersEqual(candidate, key)) return value
  return undefined
}

function isNumeric(value: Value): value is boolean | bigint | number {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'
}

// JavaScript compares bigint and number exactly when asked with `==`, as Python does.
function numbersEqual(a: boolean | bigint | number, b: boolean | bigint | number): boolean {
  // oxlint-disable-next-line eqeqeq
  return numeric(a) == numeric(b)
}

function numeric(value: boolean | bigint | number): bigint | number {
  return typeof value === 'boolean' ? Number(value) : value
}

type Equal = (a: Value, b: Value) => boolean

function listsEqual(a: readonly Value[], b: readonly Value[], equal: Equal): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => equal(item, b[index]!)))
}

function mapsEqual(a: ValueMap, b: ValueMap, equal: Equal): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    const other = pythonGet(b, key)
    if (other === undefined || !equal(value, other)) return false
  }
  return true
}

function foreignEqual(a: ForeignValue, b: ForeignValue, equal: Equal): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind === 'tuple') return listsEqual(a.items ?? [], b.items ?? [], equal)
  if (a.kind === 'set') return a.items?.length === b.items?.length && isSubset(a.items ?? [], b.items ?? [], equal)
  return a.text === b.text
}

function isSubset(a: readonly Value[], b: readonly Value[], equal: Equal): boolean {
  return a.every((item) => b.some((other) => equal(item, other)))
}
