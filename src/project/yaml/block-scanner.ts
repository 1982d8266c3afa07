/** What a scanner of block YAML reports; offsets count UTF-16 units. */
export interface BlockScannerOptions {
  readonly text: string
  /** An anchor (`&name`) or alias (`*name`). */
  readonly onAnchor?: (mark: AnchorMark) => void
  /** A line that continues a quoted text or a flow collection, yet does not stand deeper than its key at `column`.
   * False: such text is in doubt. */
  readonly onShallowLine: (line: ShallowLine) => boolean
}

export interface AnchorMark {
  readonly offset: number
  readonly isAlias: boolean
  readonly name: string
}

export interface ShallowLine {
  readonly start: number
  readonly indent: number
  readonly column: number
}

const space = 0x20

/** Walks block YAML by its lines, without building anything, and so tells keys from the lines that continue a scalar.
 * Takes linear time; whatever it is unsure of ends in `undefined`. */
export class BlockScanner {
  readonly #text: string
  readonly #onAnchor: (mark: AnchorMark) => void
  readonly #onShallowLine: (line: ShallowLine) => boolean
  /** Deeper lines than this continue a scalar that began above. */
  #scalarColumn = Infinity
  /** Column of the last key or dash without a value on its line. */
  #openColumn = -1

  constructor({ text, onAnchor, onShallowLine }: BlockScannerOptions) {
    this.#text = text
    this.#onAnchor = onAnchor ?? (() => undefined)
    this.#onShallowLine = onShallowLine
  }

  /** True if the line says nothing by itself: it is blank, a comment, or continues a scalar. `at`: its first character. */
  isSilent(at: number, column: number, lineEnd: number): boolean {
    if (at >= lineEnd || column > this.#scalarColumn || this.#text[at] === '#') return true
    this.#scalarColumn = Infinity
    return false
  }

  /** Tells of a key at `column` whose value is on the lines below. */
  openKey(column: number): void {
    this.#openColumn = column
  }

  /** Reads a line's content from `at` on: dashes, then a key or a scalar. Returns where the next line to be read starts. */
  scanContent(at: number, column: number, lineEnd: number): number | undefined {
    const text = this.#text
    while (at < lineEnd && '-?:'.includes(text[at]!) && (text.charCodeAt(at + 1) === space || at + 1 >= lineEnd)) {
      this.#openColumn = column
      const from = at++
      while (text.charCodeAt(at) === space) at++
      column += at - from
      if (at >= lineEnd) return this.nextLine(lineEnd)
    }
    while (text.charCodeAt(at) === space) at++
    const key = this.findKey(at, lineEnd)
    if (key === undefined) return this.#scanValue(at, this.#openColumn, lineEnd)
    let valueAt = key.valueAt
    while (text.charCodeAt(valueAt) === space) valueAt++
    this.#openColumn = column
    return this.#scanValue(valueAt, column, lineEnd)
  }

  /** End of the key that begins at `at` and start of what follows its colon; `undefined` if there is none on this line. */
  findKey(at: number, lineEnd: number): { readonly end: number; readonly valueAt: number } | undefined {
    const text = this.#text
    const first = text[at]
    if (first === '"' || first === "'") {
      const close = this.#closingQuote(at)
      if (close === undefined || close >= lineEnd || !/^ *:(?: |$)/.test(text.slice(close + 1, lineEnd)))
        return undefined
      return { end: close + 1, valueAt: text.indexOf(':', close) + 1 }
    }
    if (first === '[' || first === '{') return undefined
    for (let colon = text.indexOf(':', at); colon !== -1 && colon < lineEnd; colon = text.indexOf(':', colon + 1)) {
      if (colon + 1 >= lineEnd || text.charCodeAt(colon + 1) === space) return { end: colon, valueAt: colon + 1 }
    }
    return undefined
  }

  /** End of the line that `at` stands in, the line end excluded. */
  lineEnd(at: number): number {
    const newline = this.#text.indexOf('\n', at)
    if (newline === -1) return this.#text.length
    return this.#text[newline - 1] === '\r' && newline > at ? newline - 1 : newline
  }

  nextLine(at: number): number {
    const newline = this.#text.indexOf('\n', at)
    return newline === -1 ? this.#text.length : newline + 1
  }

  /** Offset of the first character of a line that is no blank. */
  contentOf(line: number): number {
    while (this.#text.charCodeAt(line) === space) line++
    return line
  }

  /** A value whose continuation lines stand deeper than `column`. */
  #scanValue(at: number, column: number, lineEnd: number): number | undefined {
    const first = this.#text[at]
    if (at >= lineEnd || first === '#') return this.nextLine(lineEnd)
    if (first === '&' || first === '*') return this.#scanAnchor(at, column, lineEnd)
    if (first === '!' || (first === '?' && (at + 1 >= lineEnd || this.#text.charCodeAt(at + 1) === space)))
      return undefined
    if (first === '"' || first === "'") return this.#scanSpan(at, this.#closingQuote(at), column)
    if (first === '[' || first === '{') return this.#scanSpan(at, this.#closingBracket(at), column)
    this.#scalarColumn = column
    return this.nextLine(lineEnd)
  }

  #scanAnchor(at: number, column: number, lineEnd: number): number | undefined {
    const name = /^[^\s,[\]{}]+/.exec(this.#text.slice(at + 1, lineEnd))?.[0]
    if (name === undefined) return undefined
    const isAlias = this.#text[at] === '*'
    this.#onAnchor({ offset: at, isAlias, name })
    const valueAt = this.contentOf(at + 1 + name.length)
    if (isAlias && valueAt < lineEnd && this.#text[valueAt] !== '#') return undefined
    return this.#scanValue(valueAt, column, lineEnd)
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

  #closingBracket(at: number): number | undefined {
    let depth = 0
    for (let i = at; i < this.#text.length; i++) {
      const character = this.#text[i]!
      if (character === '[' || character === '{') depth++
      else if (character === ']' || character === '}') depth--
      else if ('&*#"\''.includes(character) && /[[{,:\s]/.test(this.#text[i - 1] ?? ' ')) {
        const end = this.#endOfToken(i)
        if (end === undefined) return undefined
        i = end
      }
      if (depth === 0) return i
    }
    return undefined
  }

  // In a flow collection: a quoted text, a comment, or the mark of an anchor.
  #endOfToken(at: number): number | undefined {
    const first = this.#text[at]
    if (first === '#') return this.lineEnd(at)
    if (first === '"' || first === "'") return this.#closingQuote(at)
    this.#onAnchor(this.#markAt(at))
    return at
  }

  #markAt(offset: number): AnchorMark {
    const name = /^[^\s,[\]{}]*/.exec(this.#text.slice(offset + 1, this.lineEnd(offset)))?.[0] ?? ''
    return { offset, isAlias: this.#text[offset] === '*', name }
  }

  // A line that does not stand deeper than the key could be taken for a key.
  #scanSpan(start: number, close: number | undefined, column: number): number | undefined {
    if (close === undefined) return undefined
    const lineEnd = this.lineEnd(close)
    const rest = this.#text.slice(close + 1, lineEnd).trim()
    if (rest !== '' && !rest.startsWith('#')) return undefined
    for (let line = this.nextLine(start); line <= close; line = this.nextLine(line)) {
      const at = this.contentOf(line)
      const isShallow = at - line <= column && at < this.lineEnd(line)
      if (isShallow && !this.#onShallowLine({ start: line, indent: at - line, column })) return undefined
    }
    return this.nextLine(lineEnd)
  }
}
