import { isForeign, isList, isMap, type Value } from '../base/value.ts'

/** A value as JSON would hold it, for zod: whole numbers as numbers, dates and the like as their text. Objects have no
 * prototype, so `__proto__` is a key like any other. */
export function toPlain(value: Value): unknown {
  if (isMap(value)) {
    const plain = Object.create(null) as Record<string, unknown>
    for (const [key, entry] of value) plain[String(key)] = toPlain(entry)
    return plain
  }
  if (isList(value)) return value.map(toPlain)
  if (isForeign(value)) return value.text
  return typeof value === 'bigint' ? Number(value) : value
}
