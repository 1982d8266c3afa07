/** Text from outside (names, paths, messages) made harmless for a terminal and kept on one line: control characters are
 * written as escapes, so that no name can move the cursor, hide text or forge lines. */
export function showControls(text: string): string {
  return text.replaceAll(controls, escapeOf)
}

// C0, DEL, C1, and what turns the direction of text or breaks lines.
const controls = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

function escapeOf(character: string): string {
  const known: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  const code = character.charCodeAt(0)
  return known[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

/** One line of a command's output made harmless: what moves the cursor, sets titles or links is removed; colours stay if
 * `keepColors`, and end with the line. Of a line that was overwritten (progress bars) the last state is left. */
export function neutralizeLine(line: string, keepColors: boolean): string {
  const shown = lastState(line)
  const text = shown
    .replaceAll(sequences, (found) => (keepColors && isColor(found) ? found : ''))
    .replaceAll(others, '')
  return keepColors && text.includes('\u001b') ? `${text}\u001b[0m` : text
}

// Strings (titles, links, device control) up to their end; control sequences; short escapes. Both 7 and 8 bit.
const sequences =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g

// All other control characters but the tab; escapes of colours have been dealt with.
const others = /[\u0000-\u0008\u000a-\u001a\u001c-\u001f\u007f-\u009f]/g

function isColor(sequence: string): boolean {
  return /^\u001b\[[0-9;:]*m$/.test(sequence)
}

function lastState(line: string): string {
  const trimmed = line.replace(/\r+$/, '')
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1)
}

/** How many columns a text takes, roughly: wide East Asian letters and emoji count two, marks that join none. */
export function columnsOf(text: string): number {
  if (plain.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += widthOf(character)
  return columns
}

const plain = /^[ -~]*$/

function widthOf(character: string): number {
  if (/\p{Mark}|\u200b|\u200d|\ufe0f/u.test(character)) return 0
  return /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
    character,
  )
    ? 2
    : 1
}

/** `text` filled with blanks up to `width` columns. */
export function padColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)))
}

/** `text` cut to at most `width` columns, with an ellipsis where it was cut. */
export function cutColumns(text: string, width: number): string {
  if (columnsOf(text) <= width) return text
  let cut = ''
  let columns = 0
  for (const character of text) {
    columns += widthOf(character)
    if (columns > width - 1) break
    cut += character
  }
  return `${cut}…`
}
