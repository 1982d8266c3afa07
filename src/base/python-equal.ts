import { isForeign, isList, isMap, type ForeignValue, type Scalar, type Value, type ValueMap } from './value.ts'

/** Python's `==`: numbers and booleans by value (`1 == 1.0 == True`), lists by order, dicts by content, nan unequal to
 * itself, values of different types never equal (a list is no tuple). */
export function pythonEquals(a: Value, b: Value): boolean {
  if (isNumeric(a) && isNumeric(b)) return numbersEqual(a, b)
  if (isList(a)) return isList(b) && listsEqual(a, b)
  if (isMap(a)) return isMap(b) && mapsEqual(a, b)
  if (isForeign(a)) return isForeign(b) && foreignEqual(a, b)
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

function listsEqual(a: readonly Value[], b: readonly Value[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => pythonEquals(item, b[index]!)))
}

function mapsEqual(a: ValueMap, b: ValueMap): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    const other = pythonGet(b, key)
    if (other === undefined || !pythonEquals(value, other)) return false
  }
  return true
}

function foreignEqual(a: ForeignValue, b: ForeignValue): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind === 'tuple') return listsEqual(a.items ?? [], b.items ?? [])
  if (a.kind === 'set') return a.items?.length === b.items?.length && isSubset(a.items ?? [], b.items ?? [])
  return a.text === b.text
}

function isSubset(a: readonly Value[], b: readonly Value[]): boolean {
  return a.every((item) => b.some((other) => pythonEquals(item, other)))
}
