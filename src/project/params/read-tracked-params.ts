import { readFileSync } from 'node:fs'
import { failed, ok, type Result } from '../../base/result.ts'
import { isForeign, isList, isMap, type Value, type ValueMap } from '../../base/value.ts'
import { findParam } from './find-param.ts'
import { paramsProblems } from './problems.ts'
import { readParams } from './read-params.ts'

/** The values of the keys that a stage tracks in one parameters file. */
export interface TrackedParams {
  /** Key as written → value; without keys, all top-level entries of the file. */
  readonly values: ValueMap
  readonly missing: readonly string[]
  /** Keys are patterns (dpath); these match more than one value. */
  readonly ambiguous: readonly string[]
  /** The file is tracked whole but its top level is no mapping. */
  readonly notMapping: boolean
  /** The Python type of a value that no lock file can hold, such as a date. */
  readonly unsupported: string | undefined
}

/** Reads a params file and looks the keys up (DVC: `dependency/param.py`). No keys: the whole file. The file must exist;
 * `file` is its name in problems. */
export function readTrackedParams(target: string, keys: readonly string[], file: string): Result<TrackedParams> {
  const document = readParamsFile(target, file)
  return document.ok ? ok(trackedParams(document.value, keys)) : document
}

/** Reads a params file that exists; `file` is its name in problems. */
export function readParamsFile(target: string, file: string): Result<Value> {
  const text = readText(target, file)
  return text.ok ? readParams(text.value, file) : text
}

/** Looks tracked keys up in a params document; no keys: all of it. */
export function trackedParams(document: Value, keys: readonly string[]): TrackedParams {
  return keys.length === 0 ? wholeFile(document) : selectKeys(document, keys)
}

function wholeFile(document: Value): TrackedParams {
  const values: ValueMap = isMap(document) ? document : new Map()
  // DVC runs such a stage, and then writes a lock that it refuses to read, or fails (`schema.py::LOCK_FILE_STAGE_SCHEMA`).
  const hasOddKey = [...values.keys()].some((key) => typeof key !== 'string')
  const unsupported = findUnsupported(values) ?? (hasOddKey ? 'a key at the top that is no text' : undefined)
  return { values, missing: [], ambiguous: [], notMapping: !isMap(document), unsupported }
}

function selectKeys(document: Value, keys: readonly string[]): TrackedParams {
  const values = new Map<string, Value>()
  const missing: string[] = []
  const ambiguous: string[] = []
  for (const key of new Set(keys)) {
    const found = findParam(document, key)
    if (found.found === 'one') values.set(key, found.value)
    else (found.found === 'none' ? missing : ambiguous).push(key)
  }
  return { values, missing, ambiguous, notMapping: false, unsupported: findUnsupported(values) }
}

// What a record holds must survive JSON with sorted keys, because digests are made of it (DVC: `stage/utils.py`).
function findUnsupported(value: Value): string | undefined {
  if (isForeign(value)) return value.kind === 'tuple' ? findFirst(value.items ?? []) : `a value of type ${value.kind}`
  if (isList(value)) return findFirst(value)
  if (!isMap(value)) return undefined
  return areSortable([...value.keys()]) ? findFirst([...value.values()]) : 'a mapping with keys of different types'
}

function findFirst(values: readonly Value[]): string | undefined {
  for (const value of values) {
    const found = findUnsupported(value)
    if (found !== undefined) return found
  }
  return undefined
}

// Python compares strings with strings and numbers (booleans among them) with numbers, nothing else.
function areSortable(keys: readonly Value[]): boolean {
  return keys.length < 2 || keys.every((key) => typeof key === 'string') || keys.every(isNumber)
}

function isNumber(key: Value): boolean {
  return typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean'
}

function readText(target: string, file: string): Result<string> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(target)))
  } catch (error) {
    return failed(paramsProblems.unreadable(file, error as NodeJS.ErrnoException))
  }
}
