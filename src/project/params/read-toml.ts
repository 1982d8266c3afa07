import { parse, TomlDate, TomlError, type TomlTable, type TomlValue } from 'smol-toml'
import { failed, ok, type Result } from '../../base/result.ts'
import type { ForeignValue, Value } from '../../base/value.ts'
import { markTomlKeys } from './mark-toml-keys.ts'
import { paramsProblems } from './problems.ts'

/** Reads TOML 1.0. Dates and times become foreign values, which no lock file can hold. */
export function readToml(text: string, file: string): Result<Value> {
  try {
    const table = parse(text, options)
    if (!hasNumericKey(table)) return ok(toValue(table, ''))
    return ok(toValue(parse(markTomlKeys(text, mark), options), mark))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const detail = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
    return failed(paramsProblems.invalid({ file, line: error.line, column: error.column }, 'TOML', detail))
  }
}

const options = { integersAsBigInt: true } as const

// The parser yields objects, and those put keys such as `10` first. The order of keys reaches dvc.lock, so documents
// with such keys are read a second time with keys that are no numbers.
const mark = '_'

function hasNumericKey(value: TomlValue | TomlTable): boolean {
  if (typeof value !== 'object' || value instanceof TomlDate) return false
  if (Array.isArray(value)) return value.some(hasNumericKey)
  return Object.entries(value).some(([key, entry]) => /^\d+$/.test(key) || hasNumericKey(entry))
}

function toValue(value: TomlValue | TomlTable, prefix: string): Value {
  if (Array.isArray(value)) return value.map((item) => toValue(item, prefix))
  if (value instanceof TomlDate) return toForeign(value)
  if (typeof value !== 'object') return value
  return new Map(Object.entries(value).map(([key, entry]) => [key.slice(prefix.length), toValue(entry, prefix)]))
}

// As Python shows it, with a blank between date and time and six digits of a second or none.
function toForeign(date: TomlDate): ForeignValue {
  const iso = date.toISOString()
  if (date.isDate()) return { kind: 'date', text: iso }
  const text = iso
    .replace('T', ' ')
    .replace(/\.000/, '')
    .replace(/(\.\d{3})/, '$1000')
    .replace(/Z$/, '+00:00')
  return { kind: date.isTime() ? 'time' : 'datetime', text }
}
