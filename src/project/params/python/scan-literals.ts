import { PythonFault } from './python-fault.ts'

const stringStart = /(?:[rR][bBfF]?|[bBfF][rR]?|[uU])?('''|"""|'|")/y

/** The whole string literal, prefix included, that starts at `offset`; `undefined`: there is none. */
export function scanString(source: string, offset: number): string | undefined {
  stringStart.lastIndex = offset
  const start = stringStart.exec(source)
  if (start === null) return undefined
  const quote = start[1]!
  for (let at = offset + start[0].length; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source.startsWith(quote, at)) return source.slice(offset, at + quote.length)
    else if (source[at] === '\n' && quote.length === 1) break
  }
  throw new PythonFault('a string does not end', offset)
}

const digits = '[0-9](?:_?[0-9])*'
const exponent = `[eE][-+]?${digits}`
const number = new RegExp(
  `0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|` +
    `(?:(?:${digits}\\.(?:${digits})?|\\.${digits})(?:${exponent})?|${digits}${exponent}|${digits})[jJ]?`,
  'y',
)
// Python still lets a word of these stand right behind a number.
const afterNumber = /(?:and|else|for|if|in|is|not|or)\b|[^\p{XID_Continue}]|$/uy

/** The whole number literal that starts at `offset`; `undefined`: there is none. */
export function scanNumber(source: string, offset: number): string | undefined {
  number.lastIndex = offset
  const text = number.exec(source)?.[0]
  if (text === undefined) return undefined
  afterNumber.lastIndex = offset + text.length
  const isLeadingZero = /^0[0-9_]*[1-9][0-9_]*$/.test(text)
  if (!afterNumber.test(source) || isLeadingZero)
    throw new PythonFault(`\`${text}\` starts no number that Python knows`, offset)
  return text
}
