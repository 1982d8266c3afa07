import { placeByRank, type PlacedRank } from '../../base/place-by-rank.ts'
import { isMap, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { writeYaml, writeYamlEntry } from '../yaml/write-yaml.ts'
import { bindAnchors, joinNumbered, type BoundMark, type MarkedText } from './anchors.ts'
import { findDependents } from './find-dependents.ts'
import type { EntryRange, LockLayout } from './lock-layout.ts'
import { parseLayout } from './parse-layout.ts'
import { scanLock } from './scan-lock.ts'

/** An entry to be put into a dvc.lock. */
export interface LockEdit {
  readonly name: string
  readonly entry: ValueMap
  /** Place in the serial order; says where a new entry goes. */
  readonly rank: number
}

/** The text of a dvc.lock with entries set, as DVC writes it (`dvcfile.py::Lockfile.dump_stages`). `text` is `undefined`
 * for a file that does not exist yet. An entry of that name is replaced where it stands; a new one is put before the
 * first entry that `ranks` gives a higher rank, else at the end. All other text stays as it is, where DVC would write it
 * anew from the values it read. Of two edits of one name the later counts. Takes time linear in the text and the edits,
 * so put many entries in one call. Throws if the text is no lock file. */
export function putLockEntries(
  text: string | undefined,
  edits: readonly LockEdit[],
  ranks: ReadonlyMap<string, number> = new Map(),
): string {
  if (edits.length === 0) return text ?? ''
  if (text === undefined || text.trim() === '') return putLockEntries("schema: '2.0'\nstages:\n", edits, ranks)
  const wanted = new Map(edits.map((edit) => [edit.name, edit]))
  const layout = scanLock(text) ?? parseLayout(text)
  const spliced = layout && splice(text, layout, wanted, ranks)
  return spliced ?? rewrite(text, wanted, ranks)
}

type Edits = ReadonlyMap<string, LockEdit>
type Ranks = ReadonlyMap<string, number>

function splice(text: string, layout: LockLayout, edits: Edits, ranks: Ranks): string | undefined {
  const marks = bindAnchors(layout.anchors)
  const news = newEntries(layout.entries, edits, ranks)
  const open = news.has(layout.entries.length) ? openEntry(text, layout) : undefined
  const all = withDependents(text, layout, { edits, marks, open })
  if (all === undefined) return undefined
  const pieces = new Pieces(text, marks, layout.indent)
  if (layout.opening !== undefined) pieces.replace(layout.opening.start, layout.opening.end, layout.opening.text)
  layout.entries.forEach((range, index) => {
    for (const edit of news.get(index) ?? []) pieces.insert(range.start, edit)
    const edit = all.get(range.name)
    if (edit !== undefined) pieces.replaceEntry(range, edit)
  })
  for (const edit of news.get(layout.entries.length) ?? []) pieces.insert(layout.end, edit)
  return pieces.join()
}

type EntryText = Pick<LockEdit, 'name' | 'entry'>

/** The edits, and what has to be written out too: `open`, and entries with aliases of what is removed. `undefined` if
 * something else has such aliases. */
function withDependents(
  text: string,
  { entries }: LockLayout,
  options: { readonly edits: Edits; readonly marks: readonly BoundMark[]; readonly open: string | undefined },
): ReadonlyMap<string, EntryText> | undefined {
  const { edits, marks } = options
  const open = options.open === undefined ? [] : [options.open]
  const dependents = findDependents(entries, marks, new Set([...edits.keys(), ...open]))
  if (dependents === undefined || dependents.length + open.length === 0) return dependents && edits
  const stages = stagesOf(readLockMap(text))
  const written = [...open, ...dependents].map((name): [string, EntryText] => [
    name,
    { name, entry: entryOf(stages, name) },
  ])
  return new Map([...written, ...edits])
}

/** The last entry, if it would read otherwise with a line end behind it: a block of text may end with the file. */
function openEntry(text: string, { entries, end }: LockLayout): string | undefined {
  const last = entries.at(-1)?.name
  if (last === undefined || end < text.length || text.endsWith('\n')) return undefined
  const [before, after] = [text, `${text}\n`].map((version) => entryOf(stagesOf(readLockMap(version)), last))
  return writeYamlEntry(last, before!, 2) === writeYamlEntry(last, after!, 2) ? undefined : last
}

function entryOf(stages: ValueMap, name: string): ValueMap {
  const entry = stages.get(name)
  if (!isMap(entry)) throw new Error('Internal error: an entry of the lock file to be updated is no map')
  return entry
}

/** New entries by the index of the entry that each stands before. */
function newEntries(
  entries: readonly { readonly name: Scalar }[],
  edits: Edits,
  ranks: Ranks,
): ReadonlyMap<number, readonly LockEdit[]> {
  const known = new Set(entries.map(({ name }) => name))
  const placed: readonly PlacedRank[] = entries.map(({ name }) =>
    typeof name === 'string' ? ranks.get(name) : undefined,
  )
  const news = [...edits.values()].filter(({ name }) => !known.has(name))
  return placeByRank(placed, news)
}

/** A text that is cut up and put together again. What is replaced has to come in order. */
class Pieces {
  readonly #text: string
  readonly #marks: readonly BoundMark[]
  readonly #indent: number
  readonly #lineEnd: string
  readonly #parts: MarkedText[] = []
  #at = 0
  #nextMark = 0

  constructor(text: string, marks: readonly BoundMark[], indent: number) {
    this.#text = text
    this.#marks = marks
    this.#indent = indent
    this.#lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  }

  insert(at: number, edit: EntryText): void {
    this.#keepUntil(at)
    this.#endLine()
    this.#addLines(this.#linesOf(edit))
  }

  replaceEntry(range: EntryRange, edit: EntryText): void {
    this.#keepUntil(range.start)
    this.#addLines(withKeyLine(this.#linesOf(edit), this.#text, range))
    this.#skipTo(range.end)
  }

  replace(start: number, end: number, text: string): void {
    this.#keepUntil(start)
    if (text !== '') this.#endLine()
    this.#parts.push({ text: text.replaceAll('\n', this.#lineEnd), marks: [] })
    this.#skipTo(end)
  }

  join(): string {
    this.#keepUntil(this.#text.length)
    // Anchors are numbered through the whole file.
    const haveAnchors = this.#parts.some(({ marks }) => marks.length > 0)
    return haveAnchors ? joinNumbered(this.#parts) : this.#parts.map(({ text }) => text).join('')
  }

  #linesOf({ name, entry }: EntryText): string {
    return writeYamlEntry(name, entry, this.#indent).replaceAll('\n', this.#lineEnd)
  }

  #addLines(text: string): void {
    this.#parts.push({ text, marks: /[&*]id\d/.test(text) ? marksOf(text) : [] })
  }

  #keepUntil(end: number): void {
    if (end <= this.#at) return
    const start = this.#at
    const first = this.#nextMark
    this.#skipTo(end)
    const marks = this.#marks.slice(first, this.#nextMark).map((mark) => ({ ...mark, offset: mark.offset - start }))
    this.#parts.push({ text: this.#text.slice(start, end), marks })
  }

  #skipTo(end: number): void {
    while (this.#nextMark < this.#marks.length && this.#marks[this.#nextMark]!.offset < end) this.#nextMark++
    this.#at = end
  }

  #endLine(): void {
    const last = this.#parts.findLast(({ text }) => text !== '')
    if (last !== undefined && !last.text.endsWith('\n')) this.#parts.push({ text: this.#lineEnd, marks: [] })
  }
}

// Lines that we wrote are scanned without doubt.
function marksOf(lines: string): readonly BoundMark[] {
  const head = 'stages:\n'
  const layout = scanLock(head + lines) ?? parseLayout(head + lines)
  if (layout === undefined) throw new Error('Internal error: an entry of a lock file cannot be scanned')
  return bindAnchors(layout.anchors).map((mark) => ({ ...mark, offset: mark.offset - head.length }))
}

// A comment beside the key survives.
function withKeyLine(lines: string, text: string, { start, keyEnd }: EntryRange): string {
  const keyLine = text.slice(start, keyEnd)
  const comment = /:( +#.*)$/.exec(keyLine)?.[1]
  return comment === undefined ? lines : lines.replace(/:(?=\r?\n)/, () => `:${comment}`)
}

// Everything from its values, as DVC does.
function rewrite(text: string, edits: Edits, ranks: Ranks): string {
  const read = readLockMap(text)
  const document = read.size === 0 ? new Map<Scalar, Value>([['schema', '2.0']]) : read
  return writeYaml(new Map([...document, ['stages', putEntries(stagesOf(document), edits, ranks)]]))
}

function readLockMap(text: string): ValueMap {
  const read = readYaml(text, 'dvc.lock')
  if (!read.ok || !isMap(read.value.value))
    throw new Error('Internal error: the lock file to be updated is no YAML map')
  return read.value.value
}

function stagesOf(document: ValueMap): ValueMap {
  const stages = document.get('stages') ?? new Map()
  if (!isMap(stages)) throw new Error('Internal error: the lock file to be updated has no map of stages')
  return stages
}

function putEntries(stages: ValueMap, edits: Edits, ranks: Ranks): ValueMap {
  const entries = [...stages].map(([name, entry]) => ({ name, entry }))
  const news = newEntries(entries, edits, ranks)
  const all = entries.flatMap((old, index) => [...(news.get(index) ?? []), edits.get(String(old.name)) ?? old])
  return new Map([...all, ...(news.get(entries.length) ?? [])].map(({ name, entry }) => [name, entry]))
}
