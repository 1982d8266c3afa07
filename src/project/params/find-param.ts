import { compileFnmatch } from '../../base/fnmatch.ts'
import { parsePythonInt } from '../../base/python-int.ts'
import { isForeign, isList, isMap, type Scalar, type Value } from '../../base/value.ts'

export type FoundParam =
  | { readonly found: 'one'; readonly value: Value }
  | { readonly found: 'none' }
  | { readonly found: 'many' }

/** Looks a key up in a parameters document. Keys are glob paths (DVC: `read_param_file`, dpath's `get`): dots separate
 * segments, each of which is a shell pattern, and `**` stands for any number of segments. */
export function findParam(document: Value, key: string): FoundParam {
  if (key === '' || key === '/') return { found: 'one', value: document }
  const segments = key.replace(/^\.+/, '').split('.').map(toSegment)
  // dpath refuses two `**` in a key, and DVC fails.
  if (segments.filter((segment) => segment === 'any').length > 1) return { found: 'none' }
  const matches: Value[] = []
  collect(document, segments, matches)
  const [value] = matches
  if (value === undefined) return { found: 'none' }
  return matches.length === 1 ? { found: 'one', value } : { found: 'many' }
}

interface Segment {
  readonly matchesText: (text: string) => boolean
  /** The segment as Python's `int` reads it. */
  readonly integer: bigint | undefined
}

function toSegment(text: string): Segment | 'any' {
  return text === '**' ? 'any' : { matchesText: compileFnmatch(text), integer: parsePythonInt(text) }
}

const star: Segment = { matchesText: () => true, integer: undefined }

// Stops at the second match, which is as good as many.
function collect(node: Value, segments: readonly (Segment | 'any')[], matches: Value[]): void {
  const [first, ...rest] = segments
  if (first === undefined) return
  if (first === 'any' && rest.length > 0) collect(node, rest, matches)
  for (const [key, value, length] of children(node)) {
    if (matches.length > 1) return
    if (!matchesKey(key, first === 'any' ? star : first, length)) continue
    if (rest.every((segment) => segment === 'any')) matches.push(value)
    collect(value, first === 'any' ? segments : rest, matches)
  }
}

function* children(node: Value): Iterable<readonly [key: Scalar, value: Value, length: number]> {
  const map = isForeign(node) ? node.entries : node
  if (isMap(map)) for (const [key, value] of map) yield [key, value, 0]
  if (isForeign(node) && node.kind === 'dict') return
  const items = isList(node) ? node : isForeign(node) ? (node.items ?? []) : []
  for (const [i, value] of items.entries()) yield [BigInt(i), value, items.length]
}

// Integers match by value, list indexes also from the end (`length` is 0 for maps); booleans are integers to Python.
// Only a segment that is no integer is tried on their text. Floats and null never match.
function matchesKey(key: Scalar, segment: Segment, length: number): boolean {
  if (typeof key === 'string') return segment.matchesText(key)
  if (typeof key !== 'bigint' && typeof key !== 'boolean') return false
  if (segment.integer === undefined) return segment.matchesText(pythonText(key))
  const integer = BigInt(key)
  return segment.integer === integer || (length > 0 && BigInt(length) + segment.integer === integer)
}

function pythonText(key: bigint | boolean): string {
  if (typeof key === 'boolean') return key ? 'True' : 'False'
  return String(key)
}
