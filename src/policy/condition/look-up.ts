import { isForeign, isList, isMap, type Value } from '../../base/value.ts'

/** What stands at the end of a way into a document; `undefined`: it leads nowhere. */
export function lookUp(document: Value | undefined, keys: readonly string[]): Value | undefined {
  return keys.reduce<Value | undefined>((value, key) => (isMap(value) ? value.get(key) : undefined), document)
}

/** The first key of the way that is not there, with those that are beside it. */
export function firstMissing(
  document: Value,
  keys: readonly string[],
): { readonly key: string; readonly others: readonly string[] } | undefined {
  let value: Value = document
  for (const key of keys) {
    if (!isMap(value)) return { key, others: [] }
    const next: Value | undefined = value.get(key)
    if (next === undefined) return { key, others: [...value.keys()].map(String) }
    value = next
  }
  return undefined
}

/** A document as CEL sees it: what JSON has no word for, such as a date, is its text. */
export function toCel(value: Value): Value {
  if (isForeign(value)) return value.text
  if (isList(value)) return value.map(toCel)
  return isMap(value) ? new Map([...value].map(([key, entry]) => [key, toCel(entry)])) : value
}
