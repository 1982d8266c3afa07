import { isAbsolute } from 'node:path'
import { joinPath, relativeTo } from '../../base/paths.ts'
import type { Problem, SourceRange } from '../../base/problem.ts'
import { isForeign, isMap, pythonTypeName, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import type { DocumentReader } from '../../project/document-reader.ts'
import { cleanValue, isConflict, mergeLayer, type Context } from './context.ts'
import type { Report } from './fault.ts'
import { findExpressions } from './find-expressions.ts'
import { varsProblems } from './problems.ts'

export interface VarsOptions {
  /** The `vars` list. */
  readonly items: readonly Value[]
  /** Folder that file items are relative to, absolute. */
  readonly folder: string
  readonly root: string
  readonly reader: DocumentReader
  /** Name of the stage whose own vars these are; `undefined` for those of the file. */
  readonly stage: string | undefined
  readonly report: Report
  /** Called with the problems of a file that cannot be read. */
  readonly reportFile: (problems: readonly Problem[]) => void
}

/** The context with what `vars` adds, item by item (DVC: `parsing/context.py::load_from_vars`). An item that cannot be
 * taken is reported and left out. */
export function loadVars(context: Context, options: VarsOptions): Context {
  const faults = interpolations(options.items, [])
  if (faults.length > 0) {
    for (const path of faults) options.report({ path, problem: (at) => varsProblems.interpolated(at) })
    return context
  }
  let current = context
  for (const [index, item] of options.items.entries()) {
    current = typeof item === 'string' ? addFile(current, item, index, options) : addMap(current, item, index, options)
  }
  return current
}

/** The context with the `params.yaml` in `folder`, if there is one. */
export function loadDefaultParams(context: Context, options: VarsOptions): Context {
  const path = joinPath(options.folder, defaultFile)
  if (options.reader.read(path).kind === 'missing') return context
  const place = { file: relativeTo(options.root, path), line: 1, column: 1 }
  const report: Report = ({ problem }) => options.reportFile([problem(place)])
  return addFile(context, defaultFile, 0, { ...options, report })
}

const defaultFile = 'params.yaml'

function interpolations(value: Value, path: readonly Scalar[]): readonly (readonly Scalar[])[] {
  if (typeof value === 'string') return findExpressions(value).length > 0 ? [path] : []
  if (Array.isArray(value)) return value.flatMap((item, index) => interpolations(item, [...path, index]))
  if (!isMap(value)) return []
  return [...value].flatMap(([key, entry]) => [
    ...(typeof key === 'string' ? interpolations(key, [...path, key]) : []),
    ...interpolations(entry, [...path, key]),
  ])
}

function addMap(context: Context, item: Value, index: number, options: VarsOptions): Context {
  const source = `${options.stage === undefined ? '' : `${options.stage}.`}vars[${index}]`
  return isMap(item) ? addValues(context, source, item, [index], options) : context
}

/** A file item: `path` or `path:key,key`. */
interface FileItem {
  readonly text: string
  /** As shown in messages; it also tells whether the file was loaded before. */
  readonly name: string
  readonly path: string
  /** Empty: the whole file. */
  readonly keys: readonly string[]
}

function addFile(context: Context, text: string, index: number, options: VarsOptions): Context {
  const item = parseItem(text, options)
  const refuse = (problem: (at: SourceRange) => Problem): Context => {
    options.report({ path: [index], problem })
    return context
  }
  const before = context.loaded.get(item.name)
  if (before === 'whole' && item.keys.length === 0) return context
  if (before === 'whole') return refuse((at) => varsProblems.wholeLoaded(at, text))
  if (before !== undefined && overlaps(before, item.keys)) return refuse((at) => varsProblems.partlyLoaded(at, text))
  const values = readItem(item, options, refuse)
  if (values === undefined) return context
  const added = addValues(context, item.name, values, [index], options)
  const loaded = item.keys.length === 0 ? 'whole' : [...(before ?? []), ...item.keys]
  return { ...added, loaded: new Map([...added.loaded, [item.name, loaded]]) }
}

function parseItem(text: string, { folder, root }: VarsOptions): FileItem {
  const colon = text.indexOf(':')
  const written = colon === -1 ? text : text.slice(0, colon)
  const keys = colon === -1 ? [] : text.slice(colon + 1).split(',')
  const path = joinPath(folder, written)
  const name = isAbsolute(written) ? path : relativeTo(root, path)
  return { text, name, path, keys: keys.filter((key) => key !== '') }
}

function overlaps(before: readonly string[], keys: readonly string[]): boolean {
  return keys.length === 0 || keys.some((key) => before.includes(key))
}

type Refuse = (problem: (at: SourceRange) => Problem) => unknown

function readItem(item: FileItem, options: VarsOptions, refuse: Refuse): ValueMap | undefined {
  const { name, path, keys } = item
  const read = options.reader.read(path)
  if (read.kind !== 'document') {
    refuse((at) =>
      read.kind === 'missing' ? varsProblems.fileMissing(at, name) : varsProblems.fileIsDirectory(at, name),
    )
  } else if (!read.result.ok) {
    options.reportFile(read.result.problems)
  } else {
    const { value } = read.result
    const document = isForeign(value) ? (value.entries ?? value) : value
    if (isMap(document)) return keys.length === 0 ? document : pick(document, item, refuse)
    refuse((at) => varsProblems.notMapping(at, name, pythonTypeName(document)))
  }
  return undefined
}

function pick(document: ValueMap, { keys, name }: FileItem, refuse: Refuse): ValueMap | undefined {
  const missing = keys.find((key) => !document.has(key))
  if (missing !== undefined) {
    refuse((at) => varsProblems.keyMissing(at, missing, name))
    return undefined
  }
  return new Map(keys.map((key) => [key, document.get(key) ?? null]))
}

function addValues(
  context: Context,
  source: string,
  raw: ValueMap,
  path: readonly Scalar[],
  { report }: VarsOptions,
): Context {
  const { value: values, foreign } = cleanValue(raw)
  if (!isMap(values)) throw new Error('Internal error: a map stays a map')
  const reserved = context.reserved.filter((name) => values.has(name))
  if (foreign !== undefined) {
    const place = `${source}:${foreign.path.join('.')}`
    report({ path, problem: (at) => varsProblems.unsupported(at, place, foreign.value.kind) })
  } else if (reserved.length > 0) {
    report({ path, problem: (at) => varsProblems.reserved(at, reserved) })
  } else {
    const merged = mergeLayer(context, { source, values })
    if (!isConflict(merged)) return merged
    const first = merged
    report({ path, problem: (at) => varsProblems.redefined(at, first.path, source, first.source) })
  }
  return context
}
