import { isForeign, isList, isMap, type Value } from './value.ts'

/** Python's truth of a value: null, false, zero, and everything empty are false; nan is true. */
export function isTruthy(value: Value): boolean {
  if (isList(value)) return value.length > 0
  if (isMap(value)) return value.size > 0
  if (isForeign(value)) return value.items === undefined || value.items.length > 0
  return Boolean(value) || Number.isNaN(value)
}
