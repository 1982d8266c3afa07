import { BlockScanner, type ShallowLine } from './block-scanner.ts'

export interface IndentedText {
  readonly text: string
  /** Turns an offset into the text to one into the original. */
  readonly toOriginal: (offset: number) => number
}

/** Moves lines that continue a quoted text or a flow collection to the right of their key, where the YAML standard asks
 * them to stand and ruamel.yaml does not. Their value does not change by it. `undefined` if there are none. */
export function indentLines(text: string): IndentedText | undefined {
  const shallow = findShallowLines(text)
  return shallow.length === 0
    ? undefined
    : { text: insertBlanks(text, shallow), toOriginal: (offset) => mapBack(offset, shallow) }
}

// Each doubt can cost a look at the whole rest of the text.
const maxDoubts = 20

function findShallowLines(text: string): readonly ShallowLine[] {
  const found: ShallowLine[] = []
  const scanner = new BlockScanner({ text, onShallowLine: (line) => found.push(line) > 0 })
  let line = 0
  for (let doubts = 0; line < text.length && doubts < maxDoubts;) {
    const lineEnd = scanner.lineEnd(line)
    const at = scanner.contentOf(line)
    if (at === line && frame.test(text.slice(line, lineEnd))) {
      line = scanner.nextLine(lineEnd)
      continue
    }
    const isSilent = scanner.isSilent(at, at - line, lineEnd)
    const next = isSilent ? scanner.nextLine(lineEnd) : scanner.scanContent(at, at - line, lineEnd)
    if (next === undefined) doubts++
    line = next ?? scanner.nextLine(lineEnd)
  }
  return found
}

// Directives, and the marks at which a document begins and ends.
const frame = /^(?:%.*|---|\.\.\.) *$/

function insertBlanks(text: string, lines: readonly ShallowLine[]): string {
  const parts: string[] = []
  let at = 0
  for (const line of lines) {
    parts.push(text.slice(at, line.start), ' '.repeat(addedTo(line)))
    at = line.start
  }
  return parts.join('') + text.slice(at)
}

function addedTo({ column, indent }: ShallowLine): number {
  return column + 1 - indent
}

function mapBack(offset: number, lines: readonly ShallowLine[]): number {
  let added = 0
  for (const line of lines) {
    if (line.start + added > offset) break
    added += Math.min(addedTo(line), offset - line.start - added)
  }
  return offset - added
}
