import { pythonStr } from '../../base/python-repr.ts'
import { pythonRightStrip } from '../../base/python-text.ts'
import { isForeign, isList, isMap, type Value, type ValueMap } from '../../base/value.ts'

/** `parsing.bool` and `parsing.list` of the config. */
export interface FlagStyle {
  readonly bool: 'store_true' | 'boolean_optional'
  readonly list: 'nargs' | 'append'
}

/** A list whose items are no single values cannot become flags; `key` is the flag's name. */
export interface NestedList {
  readonly key: string
}

/** DVC's styles where none are set, and everywhere outside stages. */
export const defaultFlagStyle: FlagStyle = { bool: 'store_true', list: 'nargs' }

/** A map as flags of a command line (DVC: `parsing/interpolate.py`): `--lr 0.1 --deep.rate 2 --fast`. Keys of nested maps
 * are joined with dots, empty maps vanish, text is quoted for a shell where it needs to be. */
export function unpackFlags(map: ValueMap, style: FlagStyle): string | NestedList {
  const flags: string[] = []
  for (const [key, value] of flatten(map, '')) {
    if (isNested(value)) return { key }
    flags.push(...toFlags(key, value, style))
  }
  return pythonRightStrip(flags.join(' '))
}

function* flatten(map: ValueMap, prefix: string): Iterable<readonly [key: string, value: Value]> {
  for (const [key, value] of map) {
    const name = `${prefix}${pythonStr(key)}`
    if (isMap(value)) yield* flatten(value, `${name}.`)
    else yield [name, value]
  }
}

// Python iterates over bytes as over a list of integers, which nobody means.
function isNested(value: Value): boolean {
  return isForeign(value) || (isList(value) && value.some((item) => typeof item === 'object' && item !== null))
}

function toFlags(key: string, value: Value, style: FlagStyle): readonly string[] {
  if (value === true) return [`--${key}`]
  if (value === false) return style.bool === 'boolean_optional' ? [`--no-${key}`] : []
  if (!isList(value)) return [`--${key} ${toArgument(value)}`]
  const items = value.map(toArgument)
  if (style.list === 'append') return items.map((item) => `--${key} ${item}`)
  return items.length === 0 ? [] : [`--${key} ${items.join(' ')}`]
}

function toArgument(value: Value): string {
  return typeof value === 'string' ? quote(value) : pythonStr(value)
}

// Python's `shlex.quote`.
function quote(text: string): string {
  if (text === '') return "''"
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`
}
