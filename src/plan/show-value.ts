import { formatFloat } from '../base/python-number.ts'
import { isForeign, isList, isMap, type Value } from '../base/value.ts'

/** A value as people read it in `before → after`: JSON, a text without quotes, cut where it gets long. */
export function showValue(value: Value): string {
  const text = typeof value === 'string' ? value : write('', value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

// Letters.
const longest = 200

// `text` with `value` after it. Stops when enough is written, which also bounds how deep it goes.
function write(text: string, value: Value): string {
  if (text.length > longest) return text
  if (typeof value === 'string') return text + JSON.stringify(value)
  if (isForeign(value)) return text + value.text
  if (isList(value)) return `${writeItems(`${text}[`, value, write)}]`
  if (isMap(value))
    return `${writeItems(`${text}{`, value, (before, [key, item]) => write(`${before}${String(key)}: `, item))}}`
  return text + (typeof value === 'number' ? formatFloat(value) : String(value))
}

function writeItems<T>(text: string, items: Iterable<T>, writeItem: (text: string, item: T) => string): string {
  let written = text
  let isFirst = true
  for (const item of items) {
    if (written.length > longest) break
    written = writeItem(isFirst ? written : `${written}, `, item)
    isFirst = false
  }
  return written
}
