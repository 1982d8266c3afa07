import { placeByRank, type PlacedRank } from '../../base/place-by-rank.ts'
import { isMap, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { writeYaml, writeYamlEntry } from '../yaml/write-yaml.ts'
import { numberAnchors } from './number-anchors.ts'
import { scanLock, type EntryRange, type LockLayout } from './scan-lock.ts'

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
  if (text === undefined || text.trim() === '') {
    if (edits.length === 0) return text ?? ''
    return putLockEntries("schema: '2.0'\nstages:\n", edits, ranks)
  }
  const wanted = new Map(edits.map((edit) => [edit.name, edit]))
  const layout = scanLock(text)
  const spliced = layout && splice(text, layout, wanted, ranks)
  return spliced ?? rewrite(text, wanted, ranks)
}

type Edits = ReadonlyMap<string, LockEdit>
type Ranks = ReadonlyMap<string, number>

function splice(text: string, layout: LockLayout, edits: Edits, ranks: Ranks): string | undefined {
  const replaced = layout.entries.filter(({ name }) => edits.has(name))
  if (isUsedElsewhere(layout, replaced)) return undefined
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const linesOf = ({ name, entry }: LockEdit): string =>
    writeYamlEntry(name, entry, layout.indent).replaceAll('\n', lineEnd)
  const pieces = new Pieces(text, lineEnd)
  const news = newEntries(layout.entries, edits, ranks)
  layout.entries.forEach((range, index) => {
    for (const edit of news.get(index) ?? []) pieces.replace(range.start, range.start, linesOf(edit))
    const edit = edits.get(range.name)
    if (edit !== undefined) pieces.replace(range.start, range.end, withKeyLine(linesOf(edit), text, range))
  })
  for (const edit of news.get(layout.entries.length) ?? []) pieces.replace(layout.end, layout.end, linesOf(edit))
  // Anchors are numbered through the whole file.
  return layout.anchors.length > 0 || pieces.haveAnchors ? numberAnchors(pieces.join()) : pieces.join()
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
  return placeByRank(
    placed,
    [...edits.values()].filter(({ name }) => !known.has(name)),
  )
}

/** A text that is cut up and put together again. */
class Pieces {
  haveAnchors = false
  readonly #text: string
  readonly #lineEnd: string
  readonly #parts: string[] = []
  #at = 0

  constructor(text: string, lineEnd: string) {
    this.#text = text
    this.#lineEnd = lineEnd
  }

  /** Ranges have to come in order. */
  replace(start: number, end: number, lines: string): void {
    this.haveAnchors ||= /[&*]id\d/.test(lines)
    this.#parts.push(this.#text.slice(this.#at, start))
    if (start > 0 && this.#text[start - 1] !== '\n' && this.#at < start) this.#parts.push(this.#lineEnd)
    this.#parts.push(lines)
    this.#at = end
  }

  join(): string {
    return this.#parts.join('') + this.#text.slice(this.#at)
  }
}

/** An alias outside the entries stands for something inside. */
function isUsedElsewhere({ anchors }: LockLayout, replaced: readonly EntryRange[]): boolean {
  const definedInside = new Map<string, boolean>()
  let next = 0
  for (const { name, offset, isAlias } of anchors) {
    while (next < replaced.length && replaced[next]!.end <= offset) next++
    const isInside = next < replaced.length && replaced[next]!.start <= offset
    if (!isAlias) definedInside.set(name, isInside)
    else if (definedInside.get(name) === true && !isInside) return true
  }
  return false
}

// A comment beside the key survives.
function withKeyLine(lines: string, text: string, { start, keyEnd }: EntryRange): string {
  const keyLine = text.slice(start, keyEnd)
  const comment = /:( +#.*)$/.exec(keyLine)?.[1]
  return comment === undefined ? lines : lines.replace(/:(?=\r?\n)/, () => `:${comment}`)
}

// Everything from its values, as DVC does.
function rewrite(text: string, edits: Edits, ranks: Ranks): string {
  const read = readYaml(text, 'dvc.lock')
  if (!read.ok || !isMap(read.value.value))
    throw new Error('Internal error: the lock file to be updated is no YAML map')
  const document = read.value.value.size === 0 ? new Map<Scalar, Value>([['schema', '2.0']]) : read.value.value
  const stages = document.get('stages') ?? new Map()
  if (!isMap(stages)) throw new Error('Internal error: the lock file to be updated has no map of stages')
  return writeYaml(new Map([...document, ['stages', putEntries(stages, edits, ranks)]]))
}

function putEntries(stages: ValueMap, edits: Edits, ranks: Ranks): ValueMap {
  const entries = [...stages].map(([name, entry]) => ({ name, entry }))
  const news = newEntries(entries, edits, ranks)
  const all = entries.flatMap((old, index) => [...(news.get(index) ?? []), edits.get(String(old.name)) ?? old])
  return new Map([...all, ...(news.get(entries.length) ?? [])].map(({ name, entry }) => [name, entry]))
}
