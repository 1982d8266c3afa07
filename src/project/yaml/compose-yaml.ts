import { Composer, isCollection, isPair, isScalar, Lexer, Parser, type Document, type ParsedNode } from 'yaml'

/** Deepest nesting of lists and maps that is read. */
export const maxDepth = 100

/** Something that is wrong with the text. Offsets count UTF-16 units. */
export interface YamlFault {
  readonly kind: 'invalid' | 'duplicate-key' | 'too-deep' | 'too-large'
  readonly start: number
  readonly end: number
  /** What is wrong, or the duplicate key. */
  readonly detail: string
}

export interface ComposedYaml {
  /** The root node; `null` for a text without content. */
  readonly contents: ParsedNode | null
  readonly faults: readonly YamlFault[]
}

// Scalars stay texts and unknown tags stay names: typing is ours, because it has to be ruamel.yaml's.
const options = { schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false, prettyErrors: false } as const

/** Parses a text with LF line ends into nodes. Takes linear time and stops at nesting that is too deep, before the
 * recursion that builds nodes could exhaust the stack. */
export function composeYaml(text: string): ComposedYaml {
  const parser = new Parser()
  const composer = new Composer(options)
  const documents: Document.Parsed[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
    if (parser.stack.length > maxDepth + 2) return { contents: null, faults: [tooDeep(parser.offset)] }
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  if (!text.endsWith('\n')) endWithText(documents.at(-1)?.contents, text)
  return fromDocuments(documents)
}

// Where a text ends within the last line of a block, that line has no end for ruamel.yaml (`scanner.py::scan_block_scalar`);
// the parser gives it one.
function endWithText(contents: unknown, text: string): void {
  let last: unknown = contents
  while (isCollection(last) && last.flow !== true) {
    const item = last.items.at(-1)
    last = isPair(item) ? item.value : item
  }
  if (!isScalar(last) || typeof last.source !== 'string' || !(last.type ?? '').startsWith('BLOCK_')) return
  // Blanks alone are a line only if there are more of them than the block is indented.
  const isWithinLine = !/\n *$/.test(text) || /(?:^|\n) +\n$/.test(last.source)
  if (last.range?.[1] === text.length && isWithinLine) last.source = last.source.replace(/\n$/, '')
}

function fromDocuments(documents: readonly Document.Parsed[]): ComposedYaml {
  const faults = documents.flatMap(({ errors }) =>
    errors.map(({ pos, message }) => ({
      kind: 'invalid' as const,
      start: pos[0],
      end: pos[1],
      detail: plain(message),
    })),
  )
  const [first, second] = documents
  if (second !== undefined) faults.push(secondDocument(second.range[0]))
  return { contents: first?.contents ?? null, faults }
}

function tooDeep(offset: number): YamlFault {
  return { kind: 'too-deep', start: offset, end: offset, detail: '' }
}

function secondDocument(offset: number): YamlFault & { readonly kind: 'invalid' } {
  return { kind: 'invalid', start: offset, end: offset, detail: 'a second document begins here' }
}

// The parser's sentences begin with a capital, ours continue another.
function plain(message: string): string {
  const first = message.split('\n', 1)[0] ?? ''
  return first.charAt(0).toLowerCase() + first.slice(1)
}
