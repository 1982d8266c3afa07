import { compareCodePoints } from './order.ts'
import { formatFloat } from './python-number.ts'
import { isForeign, isList, isMap, pythonTypeName, type Scalar, type Value, type ValueMap } from './value.ts'

/** A value as Python's `json.dumps` writes it by default: separators `", "` and `": "`, everything outside printable ASCII
 * escaped. With `sortKeys` maps are sorted at every level. Throws TypeError for what Python refuses. */
export function pythonJson(value: Value, options: { readonly sortKeys?: boolean } = {}): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return jsonFloat(value)
  if (typeof value === 'string') return jsonString(value)
  if (isList(value)) return `[${value.map((item) => pythonJson(item, options)).join(', ')}]`
  if (isMap(value)) return jsonMap(value, options)
  if (isForeign(value) && value.kind === 'tuple') return pythonJson(value.items ?? [], options)
  throw new TypeError(`Object of type ${pythonTypeName(value)} is not JSON serializable`)
}

/** A JSON string literal in ASCII, as Python writes it. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return formatFloat(value)
}

function jsonMap(map: ValueMap, options: { readonly sortKeys?: boolean }): string {
  const entries = [...map]
  if (options.sortKeys) entries.sort(([a], [b]) => compareKeys(a, b))
  return `{${entries.map(([key, item]) => `${jsonString(keyText(key))}: ${pythonJson(item, options)}`).join(', ')}}`
}

function keyText(key: Scalar): string {
  if (typeof key === 'string') return key
  if (typeof key === 'number') return jsonFloat(key)
  return String(key)
}

function compareKeys(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b)
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : 0
  throw new TypeError(`'<' not supported between instances of '${pythonTypeName(b)}' and '${pythonTypeName(a)}'`)
}

function isNumeric(key: Scalar): key is bigint | number | boolean {
  return typeof key === 'bigint' || typeof key === 'number' || typeof key === 'boolean'
}
