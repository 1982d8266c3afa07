import { PythonFault } from './python-fault.ts'

/** What a string literal of Python stands for. */
export interface PythonString {
  readonly kind: 'text' | 'bytes' | 'format'
  readonly text: string
}

/** Decodes a string literal as the tokenizer found it. f-strings are not evaluated: their text is empty. */
export function decodeString(literal: string, offset: number): PythonString {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)('''|"""|'|")/.exec(literal) ?? []
  const flags = prefix.toLowerCase()
  const body = literal.slice(prefix.length + quote.length, literal.length - quote.length)
  if (flags.includes('f')) return { kind: 'format', text: '' }
  const isBytes = flags.includes('b')
  if (isBytes && /[^\x00-\x7f]/.test(body)) throw new PythonFault('bytes can only hold ASCII characters', offset)
  const text = flags.includes('r')
    ? body
    : body.replace(isBytes ? byteEscape : textEscape, (escape) => unescape(escape, isBytes, offset))
  return { kind: isBytes ? 'bytes' : 'text', text }
}

const byteEscape = /\\(?:[0-7]{1,3}|x[0-9a-fA-F]{0,2}|[^])/g
const textEscape = /\\(?:[0-7]{1,3}|x[0-9a-fA-F]{0,2}|u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|[^])/gu

const single: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

const hexLengths: Readonly<Record<string, number>> = { x: 3, u: 5, U: 9 }

// An escape that Python does not know stays as it is, backslash included.
function unescape(escape: string, isBytes: boolean, offset: number): string {
  const code = escape.slice(1)
  if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8))
  if (Object.hasOwn(single, code)) return single[code]!
  if (isBytes && code[0] !== 'x') return escape
  if (code === 'N') throw new PythonFault('characters named with \\N{…} are not supported', offset)
  const length = hexLengths[code[0]!]
  if (length === undefined) return escape
  const point = Number.parseInt(code.slice(1), 16)
  if (code.length !== length || point > 0x10ffff) throw new PythonFault(`\`${escape}\` is no complete escape`, offset)
  return String.fromCodePoint(point)
}
