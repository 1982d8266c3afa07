import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Pair, type YAMLMap } from 'yaml'
import type { SourceRange } from '../../base/problem.ts'
import { pythonKey } from '../../base/python-equal.ts'
import { isScalarValue, type Scalar } from '../../base/value.ts'
import { constructScalar, isMergeKey, ScalarFault } from './construct-scalar.ts'

/** Keys of maps and indexes of lists, from the top of a document. */
export type YamlPath = readonly Scalar[]

/** Finds where the values of one document stand. */
export class YamlPlaces {
  readonly #contents: Node | null
  readonly #aliased: ReadonlyMap<Alias, Node>
  readonly #entries = new WeakMap<YAMLMap, ReadonlyMap<string, Pair<Node, Node | null>>>()

  constructor(contents: Node | null, aliased: ReadonlyMap<Alias, Node>) {
    this.#contents = contents
    this.#aliased = aliased
  }

  /** Offsets of the entry at `path`, or of the nearest entry above it that exists. An entry without a value stands
   * where its key stands. */
  find(path: YamlPath, part: 'key' | 'value'): readonly [start: number, end: number] {
    let node: Node | null = this.#contents
    let key: Node | undefined
    for (const step of path) {
      const next = this.#step(node, step)
      if (next === undefined) break
      key = next.key
      node = next.value
    }
    const shown = key !== undefined && (part === 'key' || isEmpty(node)) ? key : node
    return shown?.range ? [shown.range[0], shown.range[1]] : [0, 0]
  }

  #step(node: Node | null, step: Scalar): { readonly key: Node | undefined; readonly value: Node | null } | undefined {
    const target = this.#follow(node)
    if (isMap(target)) {
      const pair = this.#entriesOf(target).get(pythonKey(step))
      return pair && { key: pair.key, value: pair.value }
    }
    const index = typeof step === 'bigint' ? Number(step) : step
    if (!isSeq(target) || typeof index !== 'number' || index >= target.items.length) return undefined
    return { key: undefined, value: (target.items[index] ?? null) as Node | null }
  }

  #follow(node: Node | null): Node | undefined {
    return node !== null && isAlias(node) ? this.#aliased.get(node) : (node ?? undefined)
  }

  #entriesOf(map: YAMLMap): ReadonlyMap<string, Pair<Node, Node | null>> {
    const known = this.#entries.get(map)
    if (known !== undefined) return known
    const entries = new Map<string, Pair<Node, Node | null>>()
    this.#entries.set(map, entries)
    const pairs = map.items as Pair<Node, Node | null>[]
    for (const pair of pairs) if (isMerge(pair)) this.#addMerged(entries, pair.value)
    for (const pair of pairs) if (!isMerge(pair)) this.#add(entries, pair)
    return entries
  }

  #add(entries: Map<string, Pair<Node, Node | null>>, pair: Pair<Node, Node | null>): void {
    const node = this.#follow(pair.key)
    if (!isScalar(node)) return
    const key = constructScalar(node)
    if (!(key instanceof ScalarFault) && isScalarValue(key)) entries.set(pythonKey(key), pair)
  }

  #addMerged(entries: Map<string, Pair<Node, Node | null>>, source: Node | null): void {
    const target = this.#follow(source)
    if (isSeq(target)) target.items.toReversed().forEach((item) => this.#addMerged(entries, item as Node | null))
    if (isMap(target)) for (const [key, pair] of this.#entriesOf(target)) entries.set(key, pair)
  }
}

function isMerge({ key }: Pair<Node, Node | null>): boolean {
  return isScalar(key) && isMergeKey(key)
}

function isEmpty(node: Node | null): boolean {
  return node === null || node.range === null || node.range === undefined || node.range[0] === node.range[1]
}

/** Turns offsets into lines and columns. The text has LF line ends. */
export class LineIndex {
  readonly #file: string
  readonly #text: string
  #starts: readonly number[] | undefined

  constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
  }

  /** A range that reaches over a line end is marked up to it. */
  range(start: number, end: number): SourceRange {
    const starts = (this.#starts ??= lineStarts(this.#text))
    const line = lastAtOrBefore(starts, start)
    const lineEnd = (starts[line + 1] ?? this.#text.length + 1) - 1
    const width = Math.min(end, lineEnd) - start
    const place = { file: this.#file, line: line + 1, column: start - (starts[line] ?? 0) + 1 }
    return width > 0 ? { ...place, width } : place
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
