import { pythonStr } from '../../base/python-repr.ts'
import { isMap, type Value } from '../../base/value.ts'
import { unpackFlags, type FlagStyle, type NestedList } from './unpack-flags.ts'

/** A value as part of a text (DVC: `parsing/interpolate.py::to_str`): `true`, `None`, numbers as Python shows them, a map
 * as flags of a command line. */
export function toText(value: Value, style: FlagStyle): string | NestedList {
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  return isMap(value) ? unpackFlags(value, style) : pythonStr(value)
}
