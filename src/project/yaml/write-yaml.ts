import { formatFloat } from '../../base/python-number.ts'
import {
  isForeign,
  isList,
  isMap,
  isScalarValue,
  pythonTypeName,
  type ForeignValue,
  type Scalar,
  type Value,
  type ValueMap,
} from '../../base/value.ts'
import { breaksWord, foldScalar, type FoldPlace } from './fold-scalar.ts'
import { isMultiline, keyStyle, scalarStyle } from './scalar-style.ts'

/** Writes a map or list as DVC writes YAML (ruamel.yaml's round-trip dumper, width 80, two columns of indent): the bytes
 * are DVC's, except that a text which DVC would break into lines that read back differently is written so that it reads
 * back. A map or list that occurs twice as the same object is written once and then referred to. Throws TypeError for
 * what YAML files of DVC cannot hold. */
export function writeYaml(value: ValueMap | readonly Value[]): string {
  const writer = new YamlWriter(nameShared(value), 0)
  writer.writeRoot(value)
  return writer.text
}

/** Writes one entry of a block map whose keys stand at column `indent`, as whole lines. */
export function writeYamlEntry(key: string, value: Value, indent: number): string {
  const writer = new YamlWriter(nameShared(value), indent)
  writer.writeEntries(new Map([[key, value]]), indent, true)
  return ' '.repeat(indent) + writer.text
}

type Collection = ValueMap | readonly Value[]

/** Names for the lists and maps that occur more than once, numbered in the order in which a second occurrence shows. */
function nameShared(root: Value): ReadonlyMap<Value, string> {
  const seen = new Set<Value>()
  const names = new Map<Value, string>()
  const open: Value[] = [root]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const items = childrenOf(value)
    if (items === undefined) continue
    if (!seen.has(value)) for (const item of items.toReversed()) open.push(item)
    else if (!names.has(value)) names.set(value, `id${String(names.size + 1).padStart(3, '0')}`)
    seen.add(value)
  }
  return names
}

function childrenOf(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value
  if (isMap(value)) return [...value.values()]
  return isForeign(value) && value.kind === 'tuple' && value.items?.length !== 0 ? value.items : undefined
}

class YamlWriter {
  readonly #names: ReadonlyMap<Value, string>
  readonly #written = new Set<Value>()
  readonly #parts: string[] = []
  #column: number

  constructor(names: ReadonlyMap<Value, string>, column: number) {
    this.#names = names
    this.#column = column
  }

  get text(): string {
    return `${this.#parts.join('')}\n`
  }

  writeRoot(value: Collection): void {
    if (isEmpty(value)) this.#write(isMap(value) ? '{}' : '[]')
    else if (isMap(value)) this.writeEntries(value, 0, true)
    else this.#writeItems(value, 0, true)
  }

  /** The entries of a map at column `indent`. `inline`: the writer stands there already. */
  writeEntries(map: ValueMap, indent: number, inline: boolean): void {
    for (const [key, value] of map) {
      if (!inline) this.#breakLine(indent)
      inline = false
      if (isSimpleKey(key)) {
        this.#write(`${formatKey(key, { column: indent, indent: indent + 2 })}:`)
        this.#writeValue(value, indent)
      } else this.#writeExplicit(key, value, indent)
    }
  }

  // `? key` and `: value` on lines of their own, for keys that are too long or have line breaks.
  #writeExplicit(key: Scalar, value: Value, indent: number): void {
    this.#write('? ')
    this.#writeScalar(key, indent + 2)
    this.#breakLine(indent)
    this.#write(':')
    this.#writeNested(value, indent, 'explicit')
  }

  #writeValue(value: Value, indent: number): void {
    this.#writeNested(value, indent, 'value')
  }

  #writeItems(items: readonly Value[], indent: number, inline: boolean): void {
    for (const item of items) {
      if (!inline) this.#breakLine(indent)
      inline = false
      this.#write('-')
      this.#writeNested(item, indent, 'item')
    }
  }

  // What follows `key:`, `:` or `-`, which stand at column `indent`.
  #writeNested(value: Value, indent: number, after: 'value' | 'explicit' | 'item'): void {
    const collection = asCollection(value)
    if (collection === undefined) return this.#writeLeaf(value, indent, after)
    const name = this.#names.get(value)
    if (name !== undefined && this.#written.has(value)) return this.#write(` *${name}`)
    const isAnchored = name !== undefined
    if (isAnchored) this.#write(` &${name}`)
    this.#written.add(value)
    if (isEmpty(collection)) return this.#write(isMap(collection) ? ' {}' : ' []')
    // Only directly after `-` or `:` at the start of a line does a collection begin on the same line.
    const inline = after !== 'value' && !isAnchored
    if (inline) this.#write(' ')
    if (isMap(collection)) return this.writeEntries(collection, indent + 2, inline)
    const isIndentless = after !== 'item' && !inline
    this.#writeItems(collection, isIndentless ? indent : indent + 2, inline)
  }

  #writeLeaf(value: Value, indent: number, after: 'value' | 'explicit' | 'item'): void {
    const leaf = asLeaf(value)
    if (leaf !== null || after === 'item') this.#write(' ')
    if (leaf !== null) this.#writeScalar(leaf, indent + 2)
  }

  #writeScalar(value: Scalar | ForeignValue, indent: number): void {
    const place = { column: this.#column, indent }
    const isText = typeof value === 'string'
    const text = isText ? value : isForeign(value) ? value.text : formatScalar(value)
    this.#write(foldScalar(text, isText ? scalarStyle(text) : 'plain', place))
  }

  #breakLine(indent: number): void {
    this.#parts.push('\n', ' '.repeat(indent))
    this.#column = indent
  }

  #write(text: string): void {
    this.#parts.push(text)
    const lineEnd = text.lastIndexOf('\n')
    this.#column = lineEnd === -1 ? this.#column + lengthOf(text) : lengthOf(text.slice(lineEnd + 1))
  }
}

// Code points, as Python counts.
function lengthOf(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) length--
  return length
}

// Tuples are written as lists.
function asCollection(value: Value): Collection | undefined {
  if (isList(value) || isMap(value)) return value
  return isForeign(value) && value.kind === 'tuple' ? (value.items ?? []) : undefined
}

function asLeaf(value: Value): Scalar | ForeignValue {
  if (isScalarValue(value) || (isForeign(value) && (value.kind === 'date' || value.kind === 'datetime'))) return value
  throw new TypeError(`cannot represent an object of type ${pythonTypeName(value)}`)
}

function isEmpty(value: Collection): boolean {
  return isMap(value) ? value.size === 0 : value.length === 0
}

function formatScalar(value: Exclude<Scalar, string>): string {
  if (value === null) return 'null'
  if (typeof value !== 'number') return String(value)
  const text = formatFloat(value)
  return Number.isFinite(value) ? text : text.replace(/^-?/, '$&.')
}

const tagLengths: Readonly<Record<string, number>> = { str: 5, int: 5, float: 7, bool: 6, NoneType: 6 }

// The tag counts, although it is not written.
function isSimpleKey(key: Scalar): boolean {
  const text = typeof key === 'string' ? key : key === null ? '' : formatScalar(key)
  return lengthOf(text) + (tagLengths[pythonTypeName(key)] ?? 0) < 128 && !isMultiline(text)
}

// ruamel.yaml breaks even a key where a word of it does not fit, and then cannot read the file.
function formatKey(key: Scalar, place: FoldPlace): string {
  if (typeof key !== 'string') return formatScalar(key)
  const style = keyStyle(key)
  return foldScalar(key, style === 'plain' && breaksWord(key, place) ? 'double' : style)
}
