/** The values of DVC's documents, typed as Python types them: `1`, `1.0` and `true` stay three different things.
 *
 * | Python | here |
 * | --- | --- |
 * | None, bool, str | null, boolean, string |
 * | int (any size) | bigint |
 * | float | number |
 * | list | array |
 * | dict (keys of any scalar type, in order) | Map |
 * | anything else a reader can yield (date, tuple, set, bytes …) | ForeignValue |
 *
 * Maps are `Map`, never objects, so `__proto__` is a key like any other. */
export type Value = Scalar | ForeignValue | readonly Value[] | ValueMap

export type Scalar = null | boolean | bigint | number | string

export type ValueMap = ReadonlyMap<Scalar, Value>

/** The one empty map of those who have thousands of them. */
export const noValues: ValueMap = new Map()

/** A value that DVC's readers can produce but its own files cannot hold. */
export interface ForeignValue {
  readonly kind: 'date' | 'datetime' | 'time' | 'tuple' | 'set' | 'dict' | 'bytes' | 'complex' | 'ellipsis'
  /** As Python's `str` shows it. */
  readonly text: string
  /** Elements of a tuple or set. A `dict` is one with keys that are no scalars. */
  readonly items?: readonly Value[]
  /** Those entries of a `dict` whose keys are scalars. */
  readonly entries?: ValueMap
}

export function isMap(value: Value | undefined): value is ValueMap {
  return value instanceof Map
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

export function isForeign(value: Value | undefined): value is ForeignValue {
  return typeof value === 'object' && value !== null && !isMap(value) && !isList(value)
}

export function isScalarValue(value: Value | undefined): value is Scalar {
  return value === null || (value !== undefined && typeof value !== 'object')
}

/** The Python name of a value's type, as DVC's messages print it. */
export function pythonTypeName(value: Value): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float'
  if (typeof value === 'string') return 'str'
  if (isList(value)) return 'list'
  if (isMap(value)) return 'dict'
  return value.kind
}
