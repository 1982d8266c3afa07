import type { Scalar, Value } from '../../base/value.ts'
import { BlockPlaces } from './block-places.ts'
import { constructPlain, ScalarFault } from './construct-scalar.ts'
import { maxExpandedValues } from './construct-value.ts'
import { readDoubleQuoted, readSingleQuoted, trimBlanks } from './quoted-scalar.ts'

/** Reads the plain part of YAML that DVC writes and most people too: block maps and lists with anchors,
 * flat lists of words, scalars in any quotes, line comments. It is read in one pass over the lines, some twenty times as fast as the parser, which makes nodes with places
 * of every token first. `undefined` for a text that holds anything else or is wrong in any way: the parser then decides.
 * The text has LF line ends and is printable. */
export function readBlockYaml(text: string): Value | undefined {
  return read(text, undefined)
}

/** Where the values of such a text stand. `undefined`: it holds something else, or an anchor. */
export function readBlockPlaces(text: string): BlockPlaces | undefined {
  const places = new BlockPlaces()
  places.root = read(text, places)
  return places.root === undefined ? undefined : places
}

function read(text: string, places: BlockPlaces | undefined): Value | undefined {
  if (beyond.test(text)) return undefined
  try {
    return new BlockReader(text, places).read()
  } catch (error) {
    if (error instanceof Doubt) return undefined
    throw error
  }
}

// Tabs, line ends that only some readers know, directives, and marks of documents.
const beyond = /[\t\x85\u2028\u2029]|^(?:%|---|\.\.\.)/m

/** Nesting far below what the parser takes. */
const maxDepth = 50

/** Longer keys need not be keys to every parser. */
const maxKeyLength = 500

const space = 0x20
const hash = 0x23
const dash = 0x2d
const ampersand = 0x26
const asterisk = 0x2a
const colon = 0x3a
const bracket = 0x5b

/** Ends the reading: somebody else has to look at the text. */
class Doubt extends Error {}

interface Anchored {
  /** Absent while it is being read: an alias inside would make it contain itself. */
  value: Value | undefined
  size: number
}

class BlockReader {
  readonly #text: string
  /** Start of the line that is read, its first character that is no blank, and its end; all at the text's end after the
   * last line. */
  #start = 0
  #content = 0
  #end = -1
  #depth = 0
  /** Lines of values so far, those of aliases counted each time. */
  #size = 0
  readonly #anchors = new Map<string, Anchored>()

  readonly #places: BlockPlaces | undefined
  /** Of the value that was read last; nothing at all is empty. A block reaches over the end of its first line. */
  #valueStart = 0
  #valueEnd = 0

  constructor(text: string, places: BlockPlaces | undefined) {
    this.#text = text
    this.#places = places
  }

  read(): Value {
    this.#nextLine()
    if (this.#isDone || this.#indent !== 0) throw new Doubt()
    const value = this.#readBlock(this.#content)
    if (!this.#isDone) throw new Doubt()
    return value
  }

  get #isDone(): boolean {
    return this.#content >= this.#text.length
  }

  get #indent(): number {
    return this.#content - this.#start
  }

  /** Goes to the next line with content. */
  #nextLine(): void {
    this.#size++
    const text = this.#text
    let start = this.#end + 1
    for (;;) {
      let at = start
      while (text.charCodeAt(at) === space) at++
      const newline = text.indexOf('\n', at)
      const end = newline === -1 ? text.length : newline
      if (at >= text.length || (at < end && text.charCodeAt(at) !== hash)) {
        this.#start = start
        this.#content = at
        this.#end = end
        return
      }
      start = end + 1
    }
  }

  /** A block that begins at `at` of this line, which may be behind a dash. */
  #readBlock(at: number): Value {
    if (++this.#depth > maxDepth) throw new Doubt()
    const value = this.#isDash(at) ? this.#readList(at) : this.#readMap(at)
    this.#depth--
    this.#stoodAt(at, Infinity)
    return value
  }

  #stoodAt(start: number, end: number): void {
    this.#valueStart = start
    this.#valueEnd = end
  }

  #isDash(at: number): boolean {
    return this.#text.charCodeAt(at) === dash && (at + 1 === this.#end || this.#text.charCodeAt(at + 1) === space)
  }

  #readList(at: number): readonly Value[] {
    const column = at - this.#start
    const items: Value[] = []
    do {
      const content = this.#skipBlanks(at + 1)
      if (this.#isBelow(content)) items.push(this.#readMarked(content, column, false))
      else if (this.#isDash(content) || this.#keyEnd(content) !== -1) items.push(this.#readBlock(content))
      else items.push(this.#readScalar(content, column))
      this.#places?.note(items, items.length - 1, [0, 0], [this.#valueStart, this.#valueEnd])
      at = this.#content
    } while (!this.#isDone && this.#indent === column && this.#isDash(at))
    return items
  }

  #readMap(at: number): Value {
    const column = at - this.#start
    const entries = new Map<Scalar, Value>()
    do {
      const keyEnd = this.#keyEnd(at)
      if (keyEnd === -1) throw new Doubt()
      const key = this.#readKey(at, keyEnd)
      if (entries.has(key)) throw new Doubt()
      const content = this.#skipBlanks(this.#text.indexOf(':', keyEnd) + 1)
      const isBelow = this.#isBelow(content)
      entries.set(key, isBelow ? this.#readMarked(content, column, true) : this.#readScalar(content, column))
      const written = trimBlanks(this.#text.slice(at, keyEnd))
      this.#places?.note(entries, key, [at, at + written.length], [this.#valueStart, this.#valueEnd])
      at = this.#content
    } while (!this.#isDone && this.#indent === column && !this.#isDash(at))
    return entries
  }

  #skipBlanks(at: number): number {
    while (this.#text.charCodeAt(at) === space) at++
    return at
  }

  /** True where the line ends, or holds an anchor or alias first. */
  #isBelow(at: number): boolean {
    return at >= this.#end || this.#text.charCodeAt(at) === ampersand || this.#text.charCodeAt(at) === asterisk
  }

  /** What stands below a key or dash at `column`, or is an alias behind it. An anchor stands for the very same object. */
  #readMarked(at: number, column: number, isMap: boolean): Value {
    if (at >= this.#end) return this.#readBelow(column, isMap)
    // An anchor is a part of where its value stands, and an alias has no value there.
    if (this.#places !== undefined) throw new Doubt()
    const [, mark, name = '', rest = ''] =
      /^([&*])([\w-]+)(?: +(.*))?$/.exec(trimBlanks(this.#text.slice(at, this.#end))) ?? []
    if (mark === '*' && rest === '') return this.#readAlias(name)
    if (mark !== '&' || (rest !== '' && rest !== '[]' && rest !== '{}')) throw new Doubt()
    const anchored: Anchored = { value: undefined, size: 0 }
    this.#anchors.set(name, anchored)
    const before = this.#size
    const value =
      rest === '' ? this.#readBelow(column, isMap) : this.#readScalar(this.#text.lastIndexOf(rest, this.#end), column)
    anchored.value = value
    anchored.size = this.#size - before
    return value
  }

  #readAlias(name: string): Value {
    const anchored = this.#anchors.get(name)
    if (anchored?.value === undefined) throw new Doubt()
    this.#size += anchored.size
    if (this.#size > maxExpandedValues) throw new Doubt()
    this.#nextLine()
    return anchored.value
  }

  /** What stands on the lines below a key or dash at `column`. */
  #readBelow(column: number, isMap: boolean): Value {
    this.#nextLine()
    this.#stoodAt(0, 0)
    if (this.#isDone || this.#indent < column) return null
    const at = this.#content
    if (this.#indent === column) return isMap && this.#isDash(at) ? this.#readBlock(at) : null
    if (this.#isDash(at) || this.#keyEnd(at) !== -1) return this.#readBlock(at)
    return this.#readScalar(at, column)
  }

  /** End of the key that begins at `at`, its colon excluded; -1 if there is none on this line. */
  #keyEnd(at: number): number {
    const text = this.#text
    const first = text.charCodeAt(at)
    if (first === 0x22 || first === 0x27) {
      const close = closingQuote(text, at, this.#end)
      return close !== -1 && this.#isColon(this.#skipBlanks(close + 1)) ? close + 1 : -1
    }
    for (let found = text.indexOf(':', at); found !== -1 && found < this.#end; found = text.indexOf(':', found + 1)) {
      if (this.#isColon(found)) return found
    }
    return -1
  }

  #isColon(at: number): boolean {
    if (at >= this.#end || this.#text.charCodeAt(at) !== colon) return false
    return at + 1 === this.#end || this.#text.charCodeAt(at + 1) === space
  }

  // Keys that are equal to Python and differ here (`1`, `1.0`, `true`) are left to the parser.
  #readKey(at: number, end: number): string | bigint {
    if (end - at > maxKeyLength) throw new Doubt()
    const key = this.#scalarOf(trimBlanks(this.#text.slice(at, end)))
    if (typeof key !== 'string' && typeof key !== 'bigint') throw new Doubt()
    return key
  }

  /** A scalar that begins at `at` and may go on in lines deeper than `column`. Leaves the line after it. */
  #readScalar(at: number, column: number): Value {
    const first = this.#text.charCodeAt(at)
    if (first === 0x22 || first === 0x27) return this.#readQuoted(at, column)
    return first === bracket && this.#text.charCodeAt(at + 1) !== bracket + 2
      ? this.#readFlatList(at, column)
      : this.#readPlain(at, column)
  }

  /** A list on one line of words that mean the same everywhere: `[data/raw, model.pkl]`. */
  #readFlatList(at: number, column: number): Value {
    const source = trimBlanks(this.#text.slice(at, this.#end))
    if (!flatList.test(source)) throw new Doubt()
    const items: Value[] = []
    for (const { 0: word, index } of source.matchAll(flatWord)) {
      items.push(this.#scalarOf(word))
      this.#places?.note(items, items.length - 1, [0, 0], [at + index, at + index + word.length])
    }
    this.#size += items.length
    this.#stoodAt(at, at + source.length)
    this.#nextLine()
    if (!this.#isDone && this.#indent > column) throw new Doubt()
    return items
  }

  #readPlain(at: number, column: number): Value {
    const first = trimBlanks(this.#text.slice(at, this.#end))
    this.#checkPlainLine(first)
    const parts = [first]
    this.#stoodAt(at, at + first.length)
    for (let after = this.#end + 1; ; after = this.#end + 1) {
      this.#nextLine()
      if (this.#isDone || this.#indent <= column) break
      // Blank lines and comments between the lines mean more than a blank.
      if (this.#start !== after) throw new Doubt()
      const line = trimBlanks(this.#text.slice(this.#content, this.#end))
      this.#checkPlainLine(line)
      parts.push(line)
      this.#stoodAt(at, this.#content + line.length)
    }
    return this.#scalarOf(parts.join(' '))
  }

  #checkPlainLine(line: string): void {
    if (line.endsWith(':') || line.includes(': ')) throw new Doubt()
  }

  #readQuoted(at: number, column: number): Value {
    const close = closingQuote(this.#text, at, this.#text.length)
    if (close === -1) throw new Doubt()
    while (this.#end < close) {
      this.#nextLine()
      if (this.#indent <= column) throw new Doubt()
    }
    if (this.#skipBlanks(close + 1) < this.#end) throw new Doubt()
    const value = this.#scalarOf(this.#text.slice(at, close + 1))
    this.#stoodAt(at, close + 1)
    this.#nextLine()
    return value
  }

  #scalarOf(source: string): Value {
    const first = source.charAt(0)
    if (first === '"') return readDoubleQuoted(source.slice(1, -1)) ?? this.#doubt()
    if (first === "'") return readSingleQuoted(source.slice(1, -1)) ?? this.#doubt()
    if (source === '{}') return new Map()
    if (source === '[]') return []
    if (indicator.test(source) || source.includes(' #')) throw new Doubt()
    const value = constructPlain(source)
    if (value instanceof ScalarFault) throw new Doubt()
    return value
  }

  #doubt(): never {
    throw new Doubt()
  }
}

const flatWord = /[\w./][\w./-]*/g
const flatList = /^\[ *[\w./][\w./-]*(?:, *[\w./][\w./-]*)* *\]$/

// What a plain scalar cannot begin with.
const indicator = /^(?:[#,[\]{}&*!|>'"%@`]|[-?:](?: |$)|$)/

function closingQuote(text: string, at: number, end: number): number {
  const quote = text.charAt(at)
  for (let i = text.indexOf(quote, at + 1); i !== -1 && i < end; i = text.indexOf(quote, i + 1)) {
    if (quote === '"') {
      let backslashes = i
      while (text.charAt(backslashes - 1) === '\\') backslashes--
      if ((i - backslashes) % 2 === 0) return i
    } else if (text.charAt(i + 1) === "'") i++
    else return i
  }
  return -1
}
