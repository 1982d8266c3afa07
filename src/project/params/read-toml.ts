import { parse, TomlDate, TomlError, type TomlTable, type TomlValue } from 'smol-toml'
import { failed, ok, type Result } from '../../base/result.ts'
import type { ForeignValue, Value } from '../../base/value.ts'
import { paramsProblems } from './problems.ts'

/** Reads TOML 1.0. Dates and times become foreign values, which no lock file can hold. */
export function readToml(text: string, file: string): Result<Value> {
  try {
    return ok(toValue(parse(text, { integersAsBigInt: true })))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const detail = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
    return failed(paramsProblems.invalid({ file, line: error.line, column: error.column }, 'TOML', detail))
  }
}

function toValue(value: TomlValue | TomlTable): Value {
  if (Array.isArray(value)) return value.map(toValue)
  if (value instanceof TomlDate) return toForeign(value)
  if (typeof value !== 'object') return value
  return new Map(Object.entries(value).map(([key, entry]) => [key, toValue(entry)]))
}

function toForeign(date: TomlDate): ForeignValue {
  const text = date.toISOString()
  if (date.isDate()) return { kind: 'date', text }
  return date.isTime() ? { kind: 'time', text } : { kind: 'datetime', text: text.replace('T', ' ') }
}
