import type { Problem, SourceRange } from '../../base/problem.ts'
import { isTruthy } from '../../base/python-truth.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { Value } from '../../base/value.ts'
import type { BlockPlaces } from './block-places.ts'
import { composeYaml, maxDepth, type ComposedYaml, type YamlFault } from './compose-yaml.ts'
import { constructValue, maxExpandedValues } from './construct-value.ts'
import { indentLines } from './indent-lines.ts'
import { readBlockPlaces, readBlockYaml } from './read-block-yaml.ts'
import { yamlProblems } from './problems.ts'
import { LineIndex, YamlPlaces, type YamlPath } from './yaml-places.ts'

/** A YAML file that has been read. */
export interface YamlDocument {
  /** What Python holds to be false (an empty file, `null`, `[]`, `0`) is an empty map, as in DVC. Two aliases of one
   * anchor are the same object. */
  readonly value: Value
  /** Where the value at `path` stands; list items by index, map entries by key. If there is none, its nearest existing
   * ancestor. `part` is `value` unless told otherwise. */
  readonly at: (path: YamlPath, part?: 'key' | 'value') => SourceRange
}

/** Reads a YAML text as DVC reads dvc.yaml, dvc.lock, .dvc and parameters files: YAML 1.2 as ruamel.yaml understands it
 * (DVC: `utils/serialize/_yaml.py::parse_yaml`). `file` is the file's path in problems. */
export function readYaml(text: string, file: string): Result<YamlDocument> {
  const source = normalizeLineEnds(text)
  const lines = new LineIndex(file, source)
  const control = unprintable.exec(source)
  if (control !== null)
    return failed(yamlProblems.invalid(lines.range(control.index, control.index + 1), describe(control[0])))
  const blanks = source.search(tooManyBlanks)
  if (blanks !== -1) return failed(yamlProblems.invalid(lines.range(blanks, blanks + 1), 'too many blanks in a row'))
  const value = readBlockYaml(source)
  if (value === undefined) return parse(source, lines)
  return ok({ value: orEmpty(value), at: lazyPlaces(source, lines) })
}

function parse(source: string, lines: LineIndex): Result<YamlDocument> {
  const { composed, toOriginal } = composeLeniently(source)
  const constructed = composed.faults.length > 0 ? undefined : constructValue(composed)
  const faults = constructed?.faults ?? composed.faults
  const rangeOf = (start: number, end: number): SourceRange => lines.range(toOriginal(start), toOriginal(end))
  if (constructed === undefined || faults.length > 0) {
    return failed(...faults.slice(0, maxProblems).map((fault) => toProblem(fault, rangeOf(fault.start, fault.end))))
  }
  const places = new YamlPlaces(composed.contents, constructed.aliased)
  return ok({
    value: orEmpty(constructed.value),
    at: (path, part = 'value') => rangeOf(...places.find(path, part)),
  })
}

function orEmpty(value: Value): Value {
  return isTruthy(value) ? value : new Map()
}

// Most files are never asked for a place, and most places need no parser.
function lazyPlaces(source: string, lines: LineIndex): YamlDocument['at'] {
  let places: BlockPlaces | false | undefined
  let parsed: Result<YamlDocument> | undefined
  return (path, part = 'value') => {
    places ??= readBlockPlaces(source) ?? false
    const found = places === false ? undefined : places.find(path, part)
    if (found !== undefined) return lines.range(...found)
    parsed ??= parse(source, lines)
    if (!parsed.ok) throw new Error('Internal error: the readers of YAML do not agree')
    return parsed.value.at(path, part)
  }
}

// Faults beyond these are mostly consequences of the first.
const maxProblems = 20

export interface Composition {
  readonly composed: ComposedYaml
  readonly toOriginal: (offset: number) => number
}

/** Parses a text with LF line ends. The parser asks for more indentation than ruamel.yaml does; only text that it refuses is
 * looked at again. */
export function composeLeniently(source: string): Composition {
  const composed = composeYaml(source)
  const asWritten = { composed, toOriginal: (offset: number) => offset }
  if (composed.faults.length === 0) return asWritten
  const indented = indentLines(source)
  if (indented === undefined) return asWritten
  const again = composeYaml(indented.text)
  return again.faults.length > 0 ? asWritten : { composed: again, toOriginal: indented.toOriginal }
}

// Python's text files read CR LF and CR as LF; a byte order mark is none of the content.
function normalizeLineEnds(text: string): string {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
}

// The parser's time grows with the square of such a run.
const tooManyBlanks = /[ \t]{10000}/

const unprintable = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

function describe(character: string): string {
  const point = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return `character U+${point} is not allowed`
}

function toProblem({ kind, detail }: YamlFault, at: SourceRange): Problem {
  switch (kind) {
    case 'duplicate-key':
      return yamlProblems.duplicateKey(at, detail)
    case 'too-deep':
      return yamlProblems.tooDeep(at, maxDepth)
    case 'too-large':
      return yamlProblems.tooLarge(at, maxExpandedValues)
    default:
      return yamlProblems.invalid(at, detail)
  }
}
