import { isMap, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { writeYaml, writeYamlEntry } from '../yaml/write-yaml.ts'
import { numberAnchors } from './number-anchors.ts'
import { scanLock, type EntryRange, type LockLayout } from './scan-lock.ts'

/** The text of a dvc.lock with one entry set, as DVC writes it (`dvcfile.py::Lockfile.dump_stages`). `text` is
 * `undefined` for a file that does not exist yet. An entry of that name is replaced where it stands; a new one is put
 * before the first entry whose name is in `before`, else at the end. All other text stays as it is, where DVC would
 * write it anew from the values it read. Takes linear time. Throws if the text is no lock file. */
export function putLockEntry(
  text: string | undefined,
  name: string,
  entry: ValueMap,
  before: readonly string[],
): string {
  if (text === undefined || text.trim() === '') return `schema: '2.0'\nstages:\n${writeYamlEntry(name, entry, 2)}`
  const layout = scanLock(text)
  if (layout === undefined) return rewrite(text, name, entry, before)
  const spliced = splice(text, layout, { name, entry, before })
  return spliced ?? rewrite(text, name, entry, before)
}

interface NewEntry {
  readonly name: string
  readonly entry: ValueMap
  readonly before: readonly string[]
}

function splice(text: string, layout: LockLayout, { name, entry, before }: NewEntry): string | undefined {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = writeYamlEntry(name, entry, layout.indent).replaceAll('\n', lineEnd)
  const later = new Set(before)
  const old = layout.entries.find((range) => range.name === name)
  if (old !== undefined && isUsedElsewhere(layout, old)) return undefined
  const start = old?.start ?? layout.entries.find((range) => later.has(range.name))?.start ?? layout.end
  const head = withLineEnd(text.slice(0, start), lineEnd)
  const tail = text.slice(old?.end ?? start)
  const result = head + (old === undefined ? lines : withKeyLine(lines, text, old)) + tail
  // Anchors are numbered through the whole file.
  const hasAnchors = layout.anchors.length > 0 || /[&*]id\d/.test(lines)
  return hasAnchors ? numberAnchors(result) : result
}

/** An alias outside the entry stands for something inside. */
function isUsedElsewhere({ anchors }: LockLayout, { start, end }: EntryRange): boolean {
  const isInside = (offset: number): boolean => offset >= start && offset < end
  const definedInside = new Map<string, boolean>()
  for (const { name, offset, isAlias } of anchors) {
    if (!isAlias) definedInside.set(name, isInside(offset))
    else if (definedInside.get(name) === true && !isInside(offset)) return true
  }
  return false
}

function withLineEnd(text: string, lineEnd: string): string {
  return text === '' || text.endsWith('\n') ? text : text + lineEnd
}

// A comment beside the key survives.
function withKeyLine(lines: string, text: string, { start, keyEnd }: EntryRange): string {
  const keyLine = text.slice(start, keyEnd)
  const comment = /:( +#.*)$/.exec(keyLine)?.[1]
  return comment === undefined ? lines : lines.replace(/:(?=\r?\n)/, () => `:${comment}`)
}

// Everything from its values, as DVC does.
function rewrite(text: string, name: string, entry: ValueMap, before: readonly string[]): string {
  const read = readYaml(text, 'dvc.lock')
  if (!read.ok || !isMap(read.value.value))
    throw new Error('Internal error: the lock file to be updated is no YAML map')
  const document = read.value.value.size === 0 ? new Map<Scalar, Value>([['schema', '2.0']]) : read.value.value
  const stages = document.get('stages') ?? new Map()
  if (!isMap(stages)) throw new Error('Internal error: the lock file to be updated has no map of stages')
  return writeYaml(new Map([...document, ['stages', putEntry(stages, name, entry, before)]]))
}

function putEntry(stages: ValueMap, name: string, entry: ValueMap, before: readonly string[]): ValueMap {
  if (stages.has(name)) return new Map([...stages, [name, entry]])
  const entries = [...stages]
  const later = new Set<Scalar>(before)
  const found = entries.findIndex(([key]) => later.has(key))
  return new Map(entries.toSpliced(found === -1 ? entries.length : found, 0, [name, entry]))
}
