// Python's white space in expressions over strings.
const s = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const notSpace = '[^\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\'",#]'
const comment = `${s}*(?:#.*)?$`

// Items that end in a comma, then a last item; or a single comma, which is the empty list.
const itemWithComma = `(?:".*?"|'.*?'|[^'",#][^,#]*?)${s}*,${s}*`
const valueText = new RegExp(`^(?:((?:${itemWithComma})*)(".*?"|'.*?'|${notSpace}[^,]*?)?|(,))${comment}`)
const listItem = new RegExp(`(".*?"|'.*?'|[^'",#]?.*?)${s}*,${s}*`, 'g')

/** Reads the text after `key =` up to the end of the line: a text, or a list where it has commas outside quotes.
 * Quotes and a comment at the end are dropped. `undefined`: it is malformed (ConfigObj: `_handle_value`). */
export function parseConfigValue(text: string): string | readonly string[] | undefined {
  const match = valueText.exec(text)
  if (match === null) return undefined
  const [, list, last, comma] = match
  if (comma !== undefined) return []
  if (list === undefined || list === '') return unquote(last ?? '')
  const items = [...list.matchAll(listItem)].map((item) => item[1]!)
  if (items.includes('')) return undefined
  return [...items, ...(last === undefined ? [] : [last])].map(unquote)
}

/** Reads a value that starts with three quotes on line `first` of `lines`; it may end on a later line, `lastLine`. */
export function parseMultilineValue(
  text: string,
  lines: readonly string[],
  first: number,
): { readonly value: string; readonly lastLine: number } | undefined {
  const quote = text.slice(0, 3)
  const ending = new RegExp(`^(.*?)${quote}${comment}`)
  const value = text.slice(3)
  if (value.includes(quote)) {
    const match = ending.exec(value)
    return match === null ? undefined : { value: match[1]!, lastLine: first }
  }
  const end = lines.findIndex((line, i) => i > first && line.includes(quote))
  const match = end === -1 ? null : ending.exec(lines[end]!)
  if (match === null) return undefined
  return { value: [value, ...lines.slice(first + 1, end), match[1]!].join('\n'), lastLine: end }
}

/** Without the quotes around it, if the first and last character are the same quote. */
export function unquote(text: string): string {
  const first = text[0]
  return (first === '"' || first === "'") && text.at(-1) === first ? text.slice(1, -1) : text
}
