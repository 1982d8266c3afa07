import { isCollection, isMap as isMapNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import { pythonEquals } from '../../base/python-equal.ts'
import { isList, isMap, isScalarValue, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import { composeYaml } from '../yaml/compose-yaml.ts'
import { constructScalar, ScalarFault } from '../yaml/construct-scalar.ts'
import { foldScalar } from '../yaml/fold-scalar.ts'
import { scalarStyle } from '../yaml/scalar-style.ts'
import { writeYamlEntry } from '../yaml/write-yaml.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Changes a text of block maps and lists so that it holds `value`: changed scalars are replaced, entries that are gone
 * are cut out, new ones are put at the end of their map, everything else stays. `undefined` if that cannot be done; the
 * result has to be checked. */
export function editYaml(text: string, value: ValueMap): string | undefined {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const { contents, faults } = composeYaml(source)
  if (faults.length > 0 || contents === null || source.includes('\r')) return undefined
  const edits = new YamlEditor(source).edit(contents, value)
  return edits && applyEdits(source, edits)
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let at = 0
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(at, start), replacement)
    at = end
  }
  return parts.join('') + text.slice(at)
}

type Entry = Pair<Node, Node | null>

class YamlEditor {
  readonly #text: string
  readonly #edits: Edit[] = []
  #failed = false

  constructor(text: string) {
    this.#text = text
  }

  edit(node: Node, value: ValueMap): readonly Edit[] | undefined {
    this.#editValue(node, value)
    return this.#failed ? undefined : this.#edits
  }

  #editValue(node: Node | null, value: Value): void {
    if (isMapNode(node) && isMap(value) && !node.flow) return this.#editMap(node, value)
    if (isSeq(node) && isList(value) && !node.flow && node.items.length === value.length) {
      return value.forEach((item, index) => this.#editValue(node.items[index] as Node | null, item))
    }
    if (this.#holds(node, value)) return
    if (isScalar(node) && isScalarValue(value) && node.range) return this.#editScalar(node, value)
    this.#failed = true
  }

  #editScalar(node: Node, value: Scalar): void {
    const [start, end] = node.range ?? [0, 0]
    if (start === end) this.#failed = true
    else this.#replace(start, end, writeYamlEntry('k', value, 0).slice(3, -1))
  }

  // What cannot be edited, because it is in flow style or loses its first key, is written anew as a whole.
  #editOrRewrite(entry: Entry, value: Value): void {
    const before = this.#edits.length
    this.#editEntry(entry, value)
    if (!this.#failed) return
    this.#failed = false
    this.#edits.length = before
    const column = entry.key.range![0] - this.#lineStart(entry.key.range![0])
    const lines = writeYamlEntry(String(keyOf(entry)), value, column).trim()
    const below = lines.indexOf('\n') + 1
    const first = this.#lineStart(entry.value?.range?.[0] ?? 0)
    // Comments between the key and the first line below it stay.
    const keepsKey =
      below > 0 && isCollection(entry.value) && first > entry.key.range![1] && /^\S+:$/.test(lines.slice(0, below - 1))
    const start = keepsKey ? first : entry.key.range![0]
    this.#edits.push({ start, end: this.#endOfLeaf(entry), text: keepsKey ? lines.slice(below) : lines })
  }

  /** End of the last scalar or bracket: comments below are not the entry's. */
  #endOfLeaf({ key, value }: Entry): number {
    let last: Node = value ?? key
    while (isCollection(last) && last.flow !== true && last.items.length > 0) {
      const item: unknown = last.items.at(-1)
      last = isMapNode(last) ? ((item as Entry).value ?? (item as Entry).key) : (item as Node)
    }
    const end = Math.max(last.range![1], key.range![1])
    return this.#text[end - 1] === '\n' ? end - 1 : end
  }

  // DVC chooses quotes and line ends of texts anew, but leaves blocks of text and unusual numbers as they are.
  #editEntry(entry: Entry, value: Value): void {
    const node = entry.value
    const [, keyEnd] = entry.key.range!
    if (
      !isScalar(node) ||
      !isScalarValue(value) ||
      !/^:\s*$/.test(this.#text.slice(keyEnd, node.range?.[0] ?? keyEnd))
    ) {
      return this.#editValue(node, value)
    }
    const isOwnStyle = typeof value !== 'string' || node.type?.startsWith('BLOCK') === true || node.tag !== undefined
    if (isOwnStyle && this.#holds(node, value)) return
    const column = entry.key.range![0] - this.#lineStart(entry.key.range![0])
    const text =
      typeof value === 'string'
        ? this.#foldText(value, column, keyEnd - entry.key.range![0])
        : writeYamlEntry('k', value, 0).slice(2, -1)
    const end = node.range![1]
    if (this.#text.slice(keyEnd + 1, end) !== text) this.#replace(keyEnd + 1, end, text)
  }

  #foldText(text: string, column: number, keyLength: number): string {
    return ` ${foldScalar(text, scalarStyle(text), { column: column + keyLength + 2, indent: column + 2 })}`
  }

  // A comment beside the value keeps its column where it can.
  #replace(start: number, end: number, text: string): void {
    const blanks = /^ +(?=#)/.exec(this.#text.slice(end, this.#nextLine(end)))?.[0].length ?? 0
    const padding = blanks === 0 ? 0 : Math.max(1, end + blanks - start - text.length)
    this.#edits.push({ start, end: end + blanks, text: text + ' '.repeat(padding) })
  }

  #editMap(node: YAMLMap, value: ValueMap): void {
    const entries = node.items as Entry[]
    const known = new Map(entries.map((entry) => [keyOf(entry), entry]))
    if (entries.length === 0 || known.has(undefined)) return void (this.#failed = true)
    this.#cut(entries, (entry) => !value.has(keyOf(entry)!))
    for (const entry of entries) {
      const wanted = value.get(keyOf(entry)!)
      if (wanted !== undefined) this.#editOrRewrite(entry, wanted)
    }
    const added = [...value].filter(([key]) => !known.has(key))
    if (added.length > 0) this.#append(entries, added)
  }

  // A value that is written in a way of its own (in flow style, as a block of text …) may still be the wanted one.
  #holds(node: Node | null, value: Value): boolean {
    if (node === null) return value === null
    if (isScalar(node)) return equals(constructScalar(node), value)
    if (isSeq(node)) {
      return (
        isList(value) &&
        node.items.length === value.length &&
        value.every((item, i) => this.#holds(node.items[i] as Node, item))
      )
    }
    if (!isMapNode(node) || !isMap(value) || node.items.length !== value.size) return false
    return (node.items as Entry[]).every((entry) => {
      const key = keyOf(entry)
      return key !== undefined && value.has(key) && this.#holds(entry.value, value.get(key)!)
    })
  }

  // Comments below an entry belong to it, as in DVC. A first entry may stand after a dash, which has to stay.
  #cut(entries: readonly Entry[], isGone: (entry: Entry) => boolean): void {
    for (let first = 0; first < entries.length; first++) {
      if (!isGone(entries[first]!)) continue
      let next = first + 1
      while (next < entries.length && isGone(entries[next]!)) next++
      const start = entries[first]!.key.range![0]
      const following = entries[next]
      if (following !== undefined) this.#edits.push({ start, end: following.key.range![0], text: '' })
      else if (first === 0) this.#failed = true
      else
        this.#edits.push({
          start: this.#lineStart(start),
          end: this.#contentAfter(this.#endOf(entries[next - 1]!)),
          text: '',
        })
      first = next
    }
  }

  #append(entries: readonly Entry[], added: readonly (readonly [Scalar, Value])[]): void {
    const indent = entries[0]!.key.range![0] - this.#lineStart(entries[0]!.key.range![0])
    const at = this.#contentAfter(this.#endOf(entries.at(-1)!))
    const lines = added.map(([key, item]) => writeYamlEntry(String(key), item, indent)).join('')
    const lineEnd = at > 0 && this.#text[at - 1] !== '\n' ? '\n' : ''
    this.#edits.push({ start: at, end: at, text: lineEnd + lines })
  }

  #endOf(entry: Entry): number {
    return (entry.value?.range ?? entry.key.range!)[1]
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1
  }

  /** Start of the first line after `offset` that has content; the end of the text if there is none. */
  #contentAfter(offset: number): number {
    const isAtLineStart = offset > 0 && this.#text[offset - 1] === '\n'
    let line = isAtLineStart ? offset : this.#nextLine(offset)
    while (line < this.#text.length && /^[ \t]*(?:#|$)/.test(this.#text.slice(line, this.#nextLine(line)).trimEnd()))
      line = this.#nextLine(line)
    return line
  }

  #nextLine(offset: number): number {
    const newline = this.#text.indexOf('\n', offset)
    return newline === -1 ? this.#text.length : newline + 1
  }
}

function keyOf({ key }: Entry): Scalar | undefined {
  const value = isScalar(key) ? constructScalar(key) : undefined
  return value instanceof ScalarFault || !isScalarValue(value) ? undefined : value
}

function equals(value: Value | ScalarFault, wanted: Value): boolean {
  return !(value instanceof ScalarFault) && pythonEquals(value, wanted)
}
