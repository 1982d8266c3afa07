import { isList } from '../../base/value.ts'
import { BlockScanner, type AnchorMark } from '../yaml/block-scanner.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import type { LockLayout } from './lock-layout.ts'

/** Finds the entries of a dvc.lock by its lines alone, in one pass. `undefined` if the text is not laid out as a block
 * map of block maps, or in any way that leaves doubt; `parseLayout` then
 * finds them. */
export function scanLock(text: string): LockLayout | undefined {
  if (doubtful.test(text)) return undefined
  return new LockScanner(text).scan()
}

// Tabs, lone CRs, directives, the document's end, and blocks of text that keep the blank lines below them.
const doubtful = /\t|\r(?!\n)|^(?:%|\.\.\.)|[|>][1-9]?\+[1-9]? *(?:#.*)?$/m

const unknown = -1

class LockScanner {
  readonly #text: string
  readonly #block: BlockScanner
  readonly #entries: { name: string; start: number; keyEnd: number; end: number }[] = []
  readonly #anchors: AnchorMark[] = []
  #isInStages = false
  #hasStages = false
  #indent = unknown
  #end = 0

  constructor(text: string) {
    this.#text = text
    this.#block = new BlockScanner({ text, onAnchor: (mark) => this.#anchors.push(mark), onShallowLine: () => false })
  }

  scan(): LockLayout | undefined {
    let line = this.#text.startsWith('\uFEFF') ? 1 : 0
    while (line < this.#text.length) {
      const next = this.#scanLine(line)
      if (next === undefined) return undefined
      line = next
    }
    if (this.#isInStages) this.#end = this.#text.length
    if (!this.#hasStages) return undefined
    const indent = this.#indent === unknown ? 2 : this.#indent
    return { entries: this.#entries, indent, end: this.#end, anchors: this.#anchors }
  }

  /** Returns where the next line starts; `undefined` in doubt. */
  #scanLine(line: number): number | undefined {
    const lineEnd = this.#block.lineEnd(line)
    const at = this.#block.contentOf(line)
    const column = at - line
    if (this.#block.isSilent(at, column, lineEnd)) {
      const next = this.#block.nextLine(lineEnd)
      return at >= lineEnd || this.#text[at] === '#' ? next : this.#extend(next)
    }
    if (column === 0) return this.#scanTopLine(line, lineEnd)
    if (!this.#isInStages) return this.#block.scanContent(at, column, lineEnd)
    if (this.#indent === unknown) this.#indent = column
    if (column < this.#indent) return undefined
    if (column === this.#indent) return this.#scanEntryLine(line, lineEnd)
    return this.#extend(this.#block.scanContent(at, column, lineEnd))
  }

  #scanTopLine(line: number, lineEnd: number): number | undefined {
    if (this.#isInStages) this.#end = line
    this.#isInStages = false
    const content = this.#text.slice(line, lineEnd)
    if (content === '---' && !this.#hasStages) return this.#block.nextLine(lineEnd)
    if (/^(?:stages|'stages'|"stages") *:/.test(content)) return this.#enterStages(content, lineEnd)
    return /^[-?:{['"&*!|>]/.test(content) ? undefined : this.#block.scanContent(line, 0, lineEnd)
  }

  #enterStages(content: string, lineEnd: number): number | undefined {
    if (this.#hasStages || !/^\S+: *(?:#.*)?$/.test(content)) return undefined
    this.#isInStages = true
    this.#hasStages = true
    return this.#block.nextLine(lineEnd)
  }

  #scanEntryLine(line: number, lineEnd: number): number | undefined {
    const at = line + this.#indent
    const first = this.#text[at]!
    if (first === ':') return this.#extend(this.#block.scanContent(at, this.#indent, lineEnd))
    if (first === '?') return this.#scanExplicitKey(line, lineEnd)
    const key = this.#block.findKey(at, lineEnd)
    if (key === undefined || '-&*!'.includes(first)) return undefined
    const rest = trimBlanks(this.#text.slice(key.valueAt, lineEnd))
    if (rest !== '' && !rest.startsWith('#')) return undefined
    return this.#addEntry(this.#text.slice(at, key.end), line, lineEnd)
  }

  // `? a very long name`, with its value below after `:`.
  #scanExplicitKey(line: number, lineEnd: number): number | undefined {
    const key = this.#text.slice(line + this.#indent + 1, lineEnd)
    const next = this.#block.nextLine(lineEnd)
    if (!this.#text.startsWith(`${' '.repeat(this.#indent)}:`, next) || /^ *["'|>&*!?-]/.test(key)) return undefined
    return this.#addEntry(key, line, lineEnd)
  }

  #addEntry(key: string, line: number, lineEnd: number): number | undefined {
    const name = decodeKey(trimBlanks(key))
    if (name === undefined) return undefined
    const next = this.#block.nextLine(lineEnd)
    this.#block.openKey(this.#indent)
    this.#entries.push({ name, start: line, keyEnd: lineEnd, end: next })
    return next
  }

  // The last entry reaches at least to `next`.
  #extend(next: number | undefined): number | undefined {
    const entry = this.#entries.at(-1)
    if (entry !== undefined && next !== undefined && this.#isInStages) entry.end = next
    return next
  }
}

function decodeKey(key: string): string | undefined {
  if (/^[A-Za-z][\w@./-]*$/.test(key) && !/^(?:true|false|null)$/i.test(key)) return key
  const read = readYaml(`- ${key}`, '')
  const list = read.ok ? read.value.value : undefined
  const name = isList(list) ? list[0] : undefined
  return typeof name === 'string' ? name : undefined
}

function trimBlanks(text: string): string {
  return text.replace(/^ +| +$/g, '')
}
