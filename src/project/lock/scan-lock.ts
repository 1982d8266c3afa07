import { readYaml } from '../yaml/read-yaml.ts'

/** Where an entry of dvc.lock stands. Offsets count UTF-16 units. */
export interface EntryRange {
  readonly name: string
  /** Start of the entry's first line. */
  readonly start: number
  /** End of the line with its key, the line end excluded. */
  readonly keyEnd: number
  /** After the line end of its last line; comments and blank lines below it are not its own. */
  readonly end: number
}

/** The mark of an anchor (`&id001`) or alias (`*id001`). */
export interface AnchorMark {
  readonly offset: number
  readonly isAlias: boolean
  readonly name: string
}

export interface LockLayout {
  readonly entries: readonly EntryRange[]
  /** Column of the entries' keys. */
  readonly indent: number
  /** Where further entries go: the start of the next top-level line, or the end of the text. */
  readonly end: number
  readonly anchors: readonly AnchorMark[]
}

/** Finds the entries of a dvc.lock by its lines alone, in one pass. `undefined` if the text is not laid out as a block
 * map of block maps, or in any way that leaves doubt; it is then to be parsed. */
export function scanLock(text: string): LockLayout | undefined {
  if (/\t|\r(?!\n)|^(?:%|\.\.\.)/m.test(text)) return undefined
  return new LockScanner(text).scan()
}

const space = 0x20
const none = -1

class LockScanner {
  readonly #text: string
  readonly #entries: { name: string; start: number; keyEnd: number; end: number }[] = []
  readonly #anchors: AnchorMark[] = []
  #isInStages = false
  #hasStages = false
  #indent = none
  #end = 0
  /** Deeper lines than this continue a scalar that began above. */
  #scalarColumn = Infinity
  /** Column of the last key without a value on its line. */
  #openColumn = none

  constructor(text: string) {
    this.#text = text
  }

  scan(): LockLayout | undefined {
    const text = this.#text
    let start = text.startsWith('\uFEFF') ? 1 : 0
    while (start < text.length) {
      const next = this.#scanLine(start)
      if (next === undefined) return undefined
      start = next
    }
    if (this.#isInStages) this.#end = text.length
    if (!this.#hasStages) return undefined
    return { entries: this.#entries, indent: this.#indent === none ? 2 : this.#indent, end: this.#end, anchors: this.#anchors }
  }

  /** Returns where the next line starts; `undefined` in doubt. */
  #scanLine(start: number): number | undefined {
    const lineEnd = this.#lineEnd(start)
    let at = start
    while (this.#text.charCodeAt(at) === space) at++
    const column = at - start
    const next = this.#nextLine(lineEnd)
    if (at >= lineEnd) return next
    if (column > this.#scalarColumn) return this.#extend(next)
    if (this.#text[at] === '#') return next
    this.#scalarColumn = Infinity
    if (column === 0) return this.#scanTopLine(start, lineEnd)
    if (!this.#isInStages) return this.#scanContent(at, column, lineEnd)
    if (this.#indent === none) this.#indent = column
    if (column < this.#indent) return undefined
    return column === this.#indent ? this.#scanEntryLine(start, at, lineEnd) : this.#scanContent(at, column, lineEnd)
  }

  #scanTopLine(start: number, lineEnd: number): number | undefined {
    if (this.#isInStages) this.#end = start
    this.#isInStages = false
    const line = this.#text.slice(start, lineEnd)
    if (line === '---' && !this.#hasStages) return this.#nextLine(lineEnd)
    if (!/^(?:stages|'stages'|"stages") *(?:$|:)/.test(line)) return /^[-?:{['"&*!|>]/.test(line) ? undefined : this.#scanContent(start, 0, lineEnd)
    if (this.#hasStages || !/^\S+: *(?:#.*)?$/.test(line)) return undefined
    this.#isInStages = true
    this.#hasStages = true
    return this.#nextLine(lineEnd)
  }

  #scanEntryLine(start: number, at: number, lineEnd: number): number | undefined {
    const first = this.#text[at]
    if (first === ':') return this.#scanContent(at + 1, this.#indent, lineEnd)
    if (first === '?') return this.#scanExplicitKey(start, at, lineEnd)
    const key = this.#keyAt(at, lineEnd)
    if (key === undefined || first === '-' || first === '&' || first === '*' || first === '!') return undefined
    const rest = this.#text.slice(key.valueAt, lineEnd).trim()
    if (rest !== '' && !rest.startsWith('#')) return undefined
    return this.#addEntry(this.#text.slice(at, key.end), start, lineEnd)
  }

  // `? a very long name` with its value below, after `:`.
  #scanExplicitKey(start: number, at: number, lineEnd: number): number | undefined {
    const colon = this.#text.indexOf(`\n${' '.repeat(this.#indent)}:`, at)
    if (colon === -1) return undefined
    const key = this.#text.slice(at + 1, colon)
    if (key.includes('\n') || /^ *["'|>&*!?-]/.test(key)) return undefined
    return this.#addEntry(key, start, lineEnd)
  }

  #addEntry(key: string, start: number, lineEnd: number): number | undefined {
    const name = decodeKey(key.trim())
    if (name === undefined) return undefined
    const next = this.#nextLine(lineEnd)
    this.#openColumn = this.#indent
    this.#entries.push({ name, start, keyEnd: lineEnd, end: next })
    return next
  }

  /** A line's content from `at` on, after its indentation: dashes, then a key or a scalar. */
  #scanContent(at: number, column: number, lineEnd: number): number | undefined {
    const text = this.#text
    while (at < lineEnd && '-?:'.includes(text[at]!) && (text.charCodeAt(at + 1) === space || at + 1 >= lineEnd)) {
      this.#openColumn = column
      const from = at++
      while (text.charCodeAt(at) === space) at++
      column += at - from
      if (at >= lineEnd) return this.#extend(this.#nextLine(lineEnd))
    }
    while (text.charCodeAt(at) === space) at++
    const key = this.#keyAt(at, lineEnd)
    if (key === undefined) return this.#scanValue(at, this.#openColumn, lineEnd)
    let valueAt = key.valueAt
    while (text.charCodeAt(valueAt) === space) valueAt++
    this.#openColumn = column
    return this.#scanValue(valueAt, column, lineEnd)
  }

  /** A value whose continuation lines stand deeper than `column`. */
  #scanValue(at: number, column: number, lineEnd: number): number | undefined {
    const text = this.#text
    const first = text[at]
    if (at >= lineEnd || first === '#') return this.#extend(this.#nextLine(lineEnd))
    if (first === '&' || first === '*') return this.#scanAnchor(at, column, lineEnd)
    if (first === '!' || (first === '?' && /^\? ?$/m.test(text.slice(at, at + 2)))) return undefined
    if (first === '"' || first === "'") return this.#extend(this.#endOfQuoted(at, column))
    if (first === '[' || first === '{') return this.#extend(this.#endOfFlow(at, column))
    this.#scalarColumn = column
    return this.#extend(this.#nextLine(lineEnd))
  }

  #scanAnchor(at: number, column: number, lineEnd: number): number | undefined {
    const name = /^[^\s,[\]{}]+/.exec(this.#text.slice(at + 1, lineEnd))?.[0]
    if (name === undefined) return undefined
    const isAlias = this.#text[at] === '*'
    this.#anchors.push({ offset: at, isAlias, name })
    let valueAt = at + 1 + name.length
    while (this.#text.charCodeAt(valueAt) === space) valueAt++
    if (isAlias && valueAt < lineEnd && this.#text[valueAt] !== '#') return undefined
    return this.#scanValue(valueAt, column, lineEnd)
  }

  /** End of the key that begins at `at`; `undefined` if there is none on this line. */
  #keyAt(at: number, lineEnd: number): { readonly end: number; readonly valueAt: number } | undefined {
    const text = this.#text
    const quote = text[at]
    let colon = at
    if (quote === '"' || quote === "'") {
      const close = this.#closingQuote(at)
      if (close === undefined || close >= lineEnd || !/^ *:(?: |$)/m.test(text.slice(close + 1, lineEnd))) return undefined
      colon = text.indexOf(':', close)
      return { end: close + 1, valueAt: colon + 1 }
    }
    for (colon = text.indexOf(':', at); colon !== -1 && colon < lineEnd; colon = text.indexOf(':', colon + 1)) {
      if (colon + 1 >= lineEnd || text.charCodeAt(colon + 1) === space) return { end: colon, valueAt: colon + 1 }
    }
    return undefined
  }

  #closingQuote(at: number): number | undefined {
    const quote = this.#text[at]!
    for (let i = at + 1; i < this.#text.length; i++) {
      const character = this.#text[i]
      if (character === '\\' && quote === '"') i++
      else if (character === quote) {
        if (quote === '"' || this.#text[i + 1] !== "'") return i
        i++
      }
    }
    return undefined
  }

  // Start of the line after a quoted text, which may reach over several lines.
  #endOfQuoted(at: number, column: number): number | undefined {
    const close = this.#closingQuote(at)
    return close === undefined ? undefined : this.#endAfter(at, close, column)
  }

  #endOfFlow(at: number, column: number): number | undefined {
    let depth = 0
    for (let i = at; i < this.#text.length; i++) {
      const character = this.#text[i]!
      if (character === '&' || character === '*' || character === '#') return undefined
      if ((character === '"' || character === "'") && /[[{,:\s]/.test(this.#text[i - 1]!)) {
        const close = this.#closingQuote(i)
        if (close === undefined) return undefined
        i = close
      } else if (character === '[' || character === '{') depth++
      else if ((character === ']' || character === '}') && --depth === 0) return this.#endAfter(at, i, column)
    }
    return undefined
  }

  // What spans lines has to stand deeper than its key on all of them, or a line of it could be taken for a key.
  #endAfter(start: number, close: number, column: number): number | undefined {
    const lineEnd = this.#lineEnd(close)
    const rest = this.#text.slice(close + 1, lineEnd).trim()
    if (rest !== '' && !rest.startsWith('#')) return undefined
    for (let line = this.#nextLine(this.#lineEnd(start)); line < close; line = this.#nextLine(this.#lineEnd(line))) {
      let at = line
      while (this.#text.charCodeAt(at) === space) at++
      if (at - line <= column && this.#lineEnd(line) > at) return undefined
    }
    return this.#nextLine(lineEnd)
  }

  // The last entry reaches at least to `next`.
  #extend(next: number | undefined): number | undefined {
    const entry = this.#entries.at(-1)
    if (entry !== undefined && next !== undefined && this.#isInStages) entry.end = next
    return next
  }

  #lineEnd(at: number): number {
    const newline = this.#text.indexOf('\n', at)
    if (newline === -1) return this.#text.length
    return this.#text[newline - 1] === '\r' && newline > at ? newline - 1 : newline
  }

  #nextLine(lineEnd: number): number {
    const newline = this.#text.indexOf('\n', lineEnd)
    return newline === -1 ? this.#text.length : newline + 1
  }
}

function decodeKey(key: string): string | undefined {
  if (/^[A-Za-z][\w@./-]*$/.test(key) && !/^(?:true|false|null)$/i.test(key)) return key
  const read = readYaml(`- ${key}`, '')
  const [name] = read.ok && Array.isArray(read.value.value) ? (read.value.value as readonly unknown[]) : []
  return typeof name === 'string' ? name : undefined
}
