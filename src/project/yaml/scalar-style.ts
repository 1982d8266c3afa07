import { plainKind } from './plain-scalar.ts'

/** How a text is written: without quotes, in `'…'`, or in `"…"` with escapes. */
export type ScalarStyle = 'plain' | 'single' | 'double'

// Printable in YAML; a byte order mark is not, nor are tabs and other controls except LF and NEL.
const special = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u
const lineBreak = /[\n\x85\u2028\u2029]/
const blankAtBreak = / [\n\x85\u2028\u2029]|[\n\x85\u2028\u2029] /
const leadingIndicator = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[-?:](?:[\0 \t\r\n\x85\u2028\u2029]|$))/
const innerIndicator = /:(?:[\0 \t\r\n\x85\u2028\u2029]|$)|[\0 \t\r\n\x85\u2028\u2029]#/

/** The style ruamel.yaml chooses for a text in a block map or list (`emitter.py::choose_scalar_style`): plain where it
 * reads back as the same text, else double quotes for texts with an apostrophe or LF, else single quotes where
 * possible. */
export function scalarStyle(text: string): ScalarStyle {
  if (canBePlain(text)) return 'plain'
  const needsEscapes = special.test(text) || blankAtBreak.test(text)
  return needsEscapes || text.includes("'") || text.includes('\n') ? 'double' : 'single'
}

/** The style of a map's key on one line: one with a line break cannot be in single quotes. */
export function keyStyle(text: string): ScalarStyle {
  const style = scalarStyle(text)
  return style === 'single' && lineBreak.test(text) ? 'double' : style
}

/** True for a text that a map cannot have as a simple key. */
export function isMultiline(text: string): boolean {
  return lineBreak.test(text)
}

function canBePlain(text: string): boolean {
  if (text === '' || text.startsWith(' ') || text.endsWith(' ')) return false
  if (leadingIndicator.test(text) || innerIndicator.test(text)) return false
  return plainKind(text) === 'str' && !lineBreak.test(text) && !special.test(text)
}
