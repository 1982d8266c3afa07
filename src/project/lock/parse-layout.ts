import { isAlias, isCollection, isMap, isScalar, visit, type Node, type Pair, type YAMLMap } from 'yaml'
import type { AnchorMark } from '../yaml/block-scanner.ts'
import { constructScalar } from '../yaml/construct-scalar.ts'
import { composeLeniently } from '../yaml/read-yaml.ts'
import type { EntryRange, LockLayout } from './lock-layout.ts'

/** Finds the entries of a dvc.lock by parsing it, for texts that `scanLock` leaves: with tags, directives, entries in flow
 * style and whatever else people write. `undefined` if lines cannot be put in: the stages themselves are in flow style. */
export function parseLayout(text: string): LockLayout | undefined {
  const source = text.replaceAll(/^\uFEFF|\r(?=\n)/g, '').replaceAll('\r', '\n')
  const { composed, toOriginal } = composeLeniently(source)
  const { contents, faults } = composed
  if (faults.length > 0 || !isMap(contents) || contents.flow === true || contents.items.length === 0) return undefined
  const layout = new LayoutParser(source, toOriginal).layoutOf(contents)
  return layout && moveOffsets(layout, originalOffsets(text))
}

type Entry = Pair<Node, Node | null>

class LayoutParser {
  readonly #text: string
  readonly #toOriginal: (offset: number) => number

  constructor(text: string, toOriginal: (offset: number) => number) {
    this.#text = text
    this.#toOriginal = toOriginal
  }

  layoutOf(root: YAMLMap): LockLayout | undefined {
    const top = root.items as Entry[]
    const index = top.findIndex(({ key }) => isScalar(key) && constructScalar(key) === 'stages')
    const next = index === -1 ? undefined : top[index + 1]
    const end = next === undefined ? this.#endOfDocument(top.at(-1)!) : this.#lineStart(this.#startOf(next.key))
    const place = { end, anchors: this.#marksOf(root), indent: 2, entries: [] }
    if (index === -1) return { ...place, opening: { start: end, end, text: 'stages:\n' } }
    const stages = top[index]!.value
    if (!isMap(stages)) return undefined
    if (stages.items.length === 0) return this.#withOpening(place, stages)
    const entries = stages.flow === true ? undefined : this.#entriesOf(stages.items as Entry[])
    return entries && { ...place, entries, indent: this.#columnOf(entries[0]!.start) }
  }

  // The text's end, or the mark of the document's.
  #endOfDocument(last: Entry): number {
    const rest = this.#lineAfter(this.#endOf(last))
    const mark = /^\.\.\.(?:[ \n]|$)/m.exec(this.#text.slice(rest))
    return mark === null ? this.#text.length : rest + mark.index
  }

  // `stages: {}`
  #withOpening(place: LockLayout, stages: YAMLMap): LockLayout | undefined {
    const [start, end] = [this.#startOf(stages), this.#toOriginal(stages.range![1])]
    if (!/^\S+: +$/.test(this.#text.slice(this.#lineStart(start), start))) return undefined
    const opening = { start: start - 1, end, text: '' }
    return { ...place, end: Math.max(place.end, this.#lineAfter(end)), opening }
  }

  #entriesOf(pairs: readonly Entry[]): readonly EntryRange[] | undefined {
    const entries = pairs.map((pair) => this.#entryOf(pair))
    const isClear = entries.every(
      (entry, index) => entry !== undefined && entry.start >= (entries[index - 1]?.end ?? 0),
    )
    return isClear ? (entries as readonly EntryRange[]) : undefined
  }

  #entryOf(pair: Entry): EntryRange | undefined {
    const { key } = pair
    const name = isScalar(key) ? constructScalar(key) : undefined
    if (typeof name !== 'string') return undefined
    const start = this.#lineStart(this.#startOf(key))
    const isFirstOnLine = /^ *(?:\? *)?(?:[&!]\S* +)*$/.test(this.#text.slice(start, this.#startOf(key)))
    if (!isFirstOnLine) return undefined
    const keyEnd = this.#lineEnd(this.#toOriginal(key.range![1]))
    return { name, start, keyEnd, end: this.#lineAfter(this.#endOf(pair)) }
  }

  /** End of the last scalar, bracket or alias: comments below are not the entry's. */
  #endOf({ key, value }: Entry): number {
    let last: Node = value ?? key
    while (isCollection(last) && last.flow !== true && last.items.length > 0) {
      const item: unknown = last.items.at(-1)
      last = isMap(last) ? ((item as Entry).value ?? (item as Entry).key) : (item as Node)
    }
    return Math.max(this.#toOriginal(last.range![1]), this.#toOriginal(key.range![1]))
  }

  #columnOf(start: number): number {
    return /^ */.exec(this.#text.slice(start, this.#lineEnd(start)))![0].length
  }

  #marksOf(root: Node): readonly AnchorMark[] {
    const marks: AnchorMark[] = []
    visit(root, (_, node) => {
      if (isAlias(node)) marks.push({ offset: this.#startOf(node), isAlias: true, name: node.source })
      const name = (node as { anchor?: string } | null)?.anchor
      if (name === undefined) return
      marks.push({ offset: this.#text.lastIndexOf(`&${name}`, this.#startOf(node as Node)), isAlias: false, name })
    })
    return marks
  }

  #startOf(node: Node): number {
    return this.#toOriginal(node.range![0])
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1
  }

  #lineEnd(offset: number): number {
    const newline = this.#text.indexOf('\n', offset)
    return newline === -1 ? this.#text.length : newline
  }

  // A block of text ends after its last line end.
  #lineAfter(offset: number): number {
    if (offset > 0 && this.#text[offset - 1] === '\n') return offset
    return Math.min(this.#text.length, this.#lineEnd(offset) + 1)
  }
}

function moveOffsets(layout: LockLayout, move: (offset: number) => number): LockLayout {
  const { opening } = layout
  return {
    ...layout,
    end: move(layout.end),
    entries: layout.entries.map(({ name, start, keyEnd, end }) => ({
      name,
      start: move(start),
      keyEnd: move(keyEnd),
      end: move(end),
    })),
    anchors: layout.anchors.map((mark) => ({ ...mark, offset: move(mark.offset) })),
    ...(opening && { opening: { start: move(opening.start), end: move(opening.end), text: opening.text } }),
  }
}

/** Turns offsets into a text without byte order mark and with one character a line end into those of the original. The
 * place before a line end stays before both of its characters. */
function originalOffsets(text: string): (offset: number) => number {
  const removed = [...text.matchAll(/^\uFEFF|\r(?=\n)/g)].map(({ index }, count) => index - count)
  if (removed.length === 0) return (offset) => offset
  const isMarked = text.startsWith('\uFEFF')
  return (offset) => {
    let [low, high] = [0, removed.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (removed[middle]! < offset || (isMarked && middle === 0)) low = middle + 1
      else high = middle
    }
    return offset + low
  }
}
