import type { Scalar } from '../../base/value.ts'

/** What a plain (unquoted) scalar stands for. `merge` and `value` are `<<` and `=`, which are no values. */
export type PlainKind = 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'merge' | 'value' | 'str'

// YAML 1.2 as ruamel.yaml types it (`resolver.py`); a kind is tried only on texts that begin with one of its characters.
const boolPattern = /^(?:true|True|TRUE|false|False|FALSE)$/
const nullPattern = /^(?:~|null|Null|NULL|)$/
const intPattern = /^[-+]?(?:0b[01_]+|0o?[0-7_]+|[0-9_]+|0x[0-9a-fA-F_]+)$/
const floatPattern =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const timestampPattern =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/

/** The kind whose pattern the text matches, whether or not it can be read as one (`2020-13-45` is a timestamp). */
export function plainKind(text: string): PlainKind {
  const first = text.charCodeAt(0)
  if (isDigit(first) || first === 0x2d || first === 0x2b || first === 0x2e) return numberKind(text, first)
  if (text.length > 5) return 'str'
  if (boolPattern.test(text)) return 'bool'
  if (nullPattern.test(text)) return 'null'
  return text === '<<' ? 'merge' : text === '=' ? 'value' : 'str'
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

function numberKind(text: string, first: number): PlainKind {
  if (floatPattern.test(text)) return 'float'
  if (first !== 0x2e && intPattern.test(text)) return 'int'
  return isDigit(first) && timestampPattern.test(text) ? 'timestamp' : 'str'
}

/** Reads an integer: decimal however many zeros lead, or with `0b`, `0o`, `0x`; underscores are skipped.
 * `undefined`: no digits. */
export function readInt(text: string): bigint | undefined {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '')
  if (!/^(?:0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|[0-9]+)$/.test(digits)) return undefined
  return text.startsWith('-') ? -BigInt(digits) : BigInt(digits)
}

/** Reads a float, `.inf` and `.nan` included. `undefined`: no digits. */
export function readFloat(text: string): number | undefined {
  const digits = text.replaceAll('_', '').toLowerCase().replace(/^[-+]/, '')
  const sign = text.startsWith('-') ? -1 : 1
  if (digits === '.nan' || digits === 'nan') return Number.NaN
  if (digits === '.inf' || digits === 'inf') return sign * Infinity
  const value = digits === '' ? Number.NaN : Number(digits)
  return Number.isNaN(value) ? undefined : sign * value
}

/** The value of a plain scalar of the given kind; `undefined` where Python fails to read it. */
export function readPlain(text: string, kind: Exclude<PlainKind, 'timestamp' | 'merge' | 'value'>): Scalar | undefined {
  switch (kind) {
    case 'null':
      return null
    case 'bool':
      return text.toLowerCase() === 'true'
    case 'int':
      return readInt(text)
    case 'float':
      return readFloat(text)
    default:
      return text
  }
}
