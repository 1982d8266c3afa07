import { endsInEscape, trimBlanks } from './quoted-scalar.ts'
import type { ScalarStyle } from './scalar-style.ts'

/** Where a scalar is written. Columns count code points from 0. */
export interface FoldPlace {
  /** Column of its first character. */
  readonly column: number
  /** Column of its continuation lines. */
  readonly indent: number
}

/** Column after which lines are broken. */
const width = 80

/** Writes a text in a style, broken into lines as ruamel.yaml breaks them (`emitter.py`); without a place on one line.
 * The lines after the first begin with their indent. Takes linear time. */
export function foldScalar(text: string, style: ScalarStyle, place?: FoldPlace): string {
  if (place === undefined) return onOneLine(text, style)
  const characters = [...text]
  const folded = foldStyle(characters, style, place)
  if (!folded.includes('\n') && !folded.includes('\x85')) return folded
  // Some of these lines do not read back as the text (blanks are lost or won), and a stage with such a command would
  // never be up to date. A backslash at each break says exactly what was meant, to every reader.
  return readsBack(folded, text, style) ? folded : foldDouble(characters, place, () => true)
}

/** True if a plain text is broken before a word that does not fit. */
export function breaksWord(text: string, { column, indent }: FoldPlace): boolean {
  if (text.length + column <= width) return false
  for (const [run, start] of runs([...text])) {
    if (run[0] !== ' ' && start + run.length + column > width && start + column > indent) return true
  }
  return false
}

function onOneLine(text: string, style: ScalarStyle): string {
  if (style === 'plain') return text
  return style === 'single' ? `'${text.replaceAll("'", "''")}'` : `"${[...text].map(escapeCharacter).join('')}"`
}

function foldStyle(characters: readonly string[], style: ScalarStyle, place: FoldPlace): string {
  if (style === 'plain') return foldPlain(characters, place)
  return style === 'single' ? foldSingle(characters, place) : foldDouble(characters, place, keepsBlank(characters))
}

function breakLine(indent: number): string {
  return `\n${' '.repeat(indent)}`
}

/** Runs of blanks and the words between them, in turn. */
function* runs(characters: readonly string[]): Iterable<readonly [run: readonly string[], start: number]> {
  let start = 0
  for (let i = 1; i <= characters.length; i++) {
    if (i < characters.length && (characters[i] === ' ') === (characters[start] === ' ')) continue
    yield [characters.slice(start, i), start]
    start = i
  }
}

// A word that does not fit goes to the next line, and the blank before it stays where it is.
function foldPlain(characters: readonly string[], { column, indent }: FoldPlace): string {
  let written = ''
  for (const [run] of runs(characters)) {
    const isBlank = run[0] === ' '
    const breaks = isBlank ? run.length === 1 && column >= width : run.length + column > width && column > indent
    if (breaks) {
      written += breakLine(indent)
      column = indent
    }
    if (breaks && isBlank) continue
    written += run.join('')
    column += run.length
  }
  return written
}

// NEL, LS and PS stay as they are and are followed by the indent.
function foldSingle(characters: readonly string[], { column, indent }: FoldPlace): string {
  let written = "'"
  column++
  for (const [run, start] of runs(characters)) {
    const isInside = start > 0 && start + run.length < characters.length
    if (run[0] === ' ' && run.length === 1 && column > width && isInside) {
      written += breakLine(indent)
      column = indent
      continue
    }
    for (const [part] of run.join('').matchAll(/[\x85\u2028\u2029]+|[^\x85\u2028\u2029]+/g)) {
      const isBreak = /^[\x85\u2028\u2029]/.test(part)
      written += isBreak ? part + ' '.repeat(indent) : part
      column = isBreak ? indent : column + [...part].length
    }
  }
  return `${written}'`
}

/** Whether a break before position `at` has to keep the blank that may stand there, with a backslash. */
type KeepsBlank = (at: number, pending: number) => boolean

// `pending` is where the text begins that is not yet written.
function foldDouble(characters: readonly string[], { column, indent }: FoldPlace, keeps: KeepsBlank): string {
  let written = '"'
  let pending = 0
  column++
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!
    if (needsEscape(character)) {
      const data = characters.slice(pending, at).join('') + escapeCharacter(character)
      written += data
      column += Math.max(0, at - pending) + escapeCharacter(character).length
      pending = at + 1
    }
    const mayBreak = at > 0 && at < characters.length - 1 && (character === ' ' || pending >= at)
    if (!mayBreak || column + (at - pending) <= width) continue
    const keep = keeps(at, pending)
    written += characters.slice(pending, at).join('') + (keep ? '\\' : '') + breakLine(indent)
    column = indent
    pending = Math.max(pending, at)
    if (characters[pending] !== ' ') continue
    if (keep) {
      written += '\\'
      column++
    } else pending++
  }
  return `${written}${characters.slice(pending).join('')}"`
}

// A break without a backslash reads as one blank, so it may stand for a blank that is followed by a plain word.
function keepsBlank(characters: readonly string[]): KeepsBlank {
  const blank = nextOf(characters, (character) => character === ' ')
  const newline = nextOf(characters, (character) => character === '\n')
  const quote = nextOf(characters, (character) => character === '"' || character === "'")
  return (at, pending) => {
    const nextBlank = blank(at)
    if (nextBlank === -1) return true
    const nextNewline = newline(at)
    const end = nextNewline !== -1 && nextNewline < nextBlank ? nextNewline : nextBlank
    const following = characters[end + 1]
    if (following === undefined || following === ' ' || following === '\n' || characters[end] === '\n') return true
    const nextQuote = quote(at)
    const hasQuote = nextQuote !== -1 && nextQuote < end
    return hasQuote || (characters[at - 1] === ' ' && characters[at] === ' ') || pending === at
  }
}

/** Finds the first match at or after a position; -1 if there is none. Positions asked for must not fall. */
function nextOf(characters: readonly string[], matches: (character: string) => boolean): (from: number) => number {
  let found = -1
  return (from) => {
    if (found === characters.length) return -1
    if (found < from) for (found = from; found < characters.length && !matches(characters[found]!);) found++
    return found === characters.length ? -1 : found
  }
}

function needsEscape(character: string): boolean {
  return !/^[\x20\x21\x23-\x5b\x5d-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]$/u.test(
    character,
  )
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
}

function escapeCharacter(character: string): string {
  if (!needsEscape(character)) return character
  const short = shortEscapes[character]
  if (short !== undefined) return `\\${short}`
  const point = character.codePointAt(0)!
  const hex = point.toString(16).toUpperCase()
  if (point < 0x100) return `\\x${hex.padStart(2, '0')}`
  return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

/** True if a reader gets the text from these lines. */
function readsBack(folded: string, text: string, style: ScalarStyle): boolean {
  const joined = joinLines(folded.split('\n'), style)
  if (style !== 'single') return joined === onOneLine(text, style)
  // Blanks around LS and PS are not read; NEL is a line end to some readers, so it never reads back.
  return !text.includes('\x85') && joined.replace(/([\u2028\u2029]) +/g, '$1') === onOneLine(text, style)
}

// A line end reads as one blank, or as nothing after a backslash.
function joinLines([first = '', ...rest]: readonly string[], style: ScalarStyle): string {
  const parts: string[] = []
  let line = first
  for (const next of rest) {
    const content = next.replace(/^ +/, '')
    const isEscaped = style === 'double' && endsInEscape(line)
    if (isEscaped) parts.push(line.slice(0, -1))
    else if (parts.length > 0 || line !== '') parts.push(trimBlanks(line), ' ')
    line = isEscaped && content.startsWith('\\ ') ? content.slice(1) : content
  }
  return parts.join('') + line
}
