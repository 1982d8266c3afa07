import { formatFloat } from './python-number.ts'
import { isList, isMap, type Value } from './value.ts'

/** Python's `repr` of a value. */
export function pythonRepr(value: Value): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return formatFloat(value)
  if (typeof value === 'string') return reprText(value)
  if (isList(value)) return `[${value.map(pythonRepr).join(', ')}]`
  if (isMap(value))
    return `{${[...value].map(([key, entry]) => `${pythonRepr(key)}: ${pythonRepr(entry)}`).join(', ')}}`
  return value.text
}

/** Python's `str` of a value. */
export function pythonStr(value: Value): string {
  return typeof value === 'string' ? value : pythonRepr(value)
}

const short: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

// Double quotes only where they save escaping; what cannot be printed is escaped.
function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text.replace(/[\\\p{C}\p{Z}]/gu, escape).replaceAll(quote, `\\${quote}`)
  return `${quote}${body}${quote}`
}

function escape(character: string): string {
  if (character === ' ') return character
  if (Object.hasOwn(short, character)) return short[character]!
  const point = character.codePointAt(0)!
  const hex = point.toString(16)
  if (point < 0x100) return `\\x${hex.padStart(2, '0')}`
  return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
