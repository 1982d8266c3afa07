/** The text of a double-quoted scalar, its quotes left out; lines are joined by a blank or, after a backslash, by nothing.
 * `undefined` in doubt: for escapes that are not plainly right, and for blank lines. */
export function readDoubleQuoted(source: string): string | undefined {
  if (!source.includes('\\') && !source.includes('\n')) return source
  const joined = joinDouble(source)
  if (joined === undefined) return undefined
  let isRight = true
  const text = joined.replace(escape, (found) => {
    const value = found.length > 2 ? characterOf(found.slice(2)) : shortEscapes[found.charAt(1)]
    isRight &&= value !== undefined
    return value ?? ''
  })
  return isRight ? text : undefined
}

/** The text of a single-quoted scalar, its quotes left out; lines are joined by a blank. `undefined` in doubt. */
export function readSingleQuoted(source: string): string | undefined {
  const joined = source.includes('\n') ? joinLines(source.split('\n')) : source
  return joined?.replaceAll("''", "'")
}

const escape = /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^])/g

const shortEscapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '\\': '\\',
  N: '\x85',
  L: '\u2028',
  P: '\u2029',
}

function characterOf(hex: string): string | undefined {
  const point = Number.parseInt(hex, 16)
  return point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? undefined : String.fromCodePoint(point)
}

function joinDouble(source: string): string | undefined {
  if (!source.includes('\n')) return source
  const lines = source.split('\n')
  const parts: string[] = []
  for (const [index, line] of lines.entries()) {
    const content = index === 0 ? line : line.replace(/^ +/, '')
    if (index === lines.length - 1) parts.push(content)
    else if (endsInEscape(content)) parts.push(content.slice(0, -1))
    else {
      const trimmed = trimBlanks(content)
      if ((trimmed === '' && index > 0) || endsInEscape(trimmed)) return undefined
      parts.push(trimmed, ' ')
    }
  }
  return parts.join('')
}

function joinLines([first = '', ...rest]: readonly string[]): string | undefined {
  const contents = rest.map((line) => line.replace(/^ +/, ''))
  const last = contents.pop() ?? ''
  if (contents.some((content) => content === '')) return undefined
  return [trimBlanks(first), ...contents.map((content) => trimBlanks(content)), last].join(' ')
}

/** True if a text ends in an odd number of backslashes. */
export function endsInEscape(text: string): boolean {
  let start = text.length
  while (text[start - 1] === '\\') start--
  return (text.length - start) % 2 === 1
}

/** The text without blanks at its end; other white space is content. */
export function trimBlanks(line: string): string {
  let end = line.length
  while (line[end - 1] === ' ') end--
  return line.slice(0, end)
}
