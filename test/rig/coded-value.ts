import { formatFloat } from '../../src/base/python-number.ts'
import { isForeign, isList, isMap, type Value } from '../../src/base/value.ts'

/** A value that crosses to Python and back without losing its type. Lists and maps that are the same object are told
 * once; then comes `ref` with their number, in the order of their beginnings. */
export type Coded = readonly [kind: string, content?: unknown]

export function encode(value: Value): Coded {
  return encodeWith(value, new Map())
}

function encodeWith(value: Value, seen: Map<Value, number>): Coded {
  if (value === null) return ['none']
  if (typeof value === 'boolean') return ['bool', value]
  if (typeof value === 'bigint') return ['int', String(value)]
  if (typeof value === 'number') return ['float', formatFloat(value)]
  if (typeof value === 'string') return ['str', value]
  const known = seen.get(value)
  if (known !== undefined) return ['ref', known]
  seen.set(value, seen.size)
  if (isList(value)) return ['list', value.map((item) => encodeWith(item, seen))]
  if (isMap(value)) return ['dict', [...value].map(([key, item]) => [encodeWith(key, seen), encodeWith(item, seen)])]
  return ['other', isForeign(value) ? value.text : '']
}

/** The same in Python, with DVC's readers and writers: `decode`, `encode`, `attempt` (None for what fails). */
export const coding = `
import os, tempfile
from dvc.utils.serialize import dumps_yaml, loads_yaml, parse_yaml, modify_yaml
def decode(coded, seen=None):
    seen = [] if seen is None else seen
    kind, content = coded[0], coded[-1]
    if kind == "none": return None
    if kind == "int": return int(content)
    if kind == "float": return float(content)
    if kind == "ref": return seen[content]
    if kind == "list":
        seen.append([])
        value = seen[-1]
        value.extend(decode(item, seen) for item in content)
        return value
    if kind == "dict":
        seen.append({})
        value = seen[-1]
        for key, item in content: value[decode(key, seen)] = decode(item, seen)
        return value
    return content
def encode(value, seen=None):
    seen = {} if seen is None else seen
    if value is None: return ["none"]
    if isinstance(value, bool): return ["bool", value]
    if isinstance(value, int): return ["int", str(value)]
    if isinstance(value, float): return ["float", repr(value)]
    if isinstance(value, str): return ["str", value]
    if id(value) in seen: return ["ref", seen[id(value)]]
    if isinstance(value, (list, dict)): seen[id(value)] = len(seen)
    if isinstance(value, list): return ["list", [encode(item, seen) for item in value]]
    if isinstance(value, dict): return ["dict", [[encode(key, seen), encode(item, seen)] for key, item in value.items()]]
    return ["other", str(value)]
def attempt(body):
    try: return body()
    except Exception: return None
sys.set_int_max_str_digits(0)
sys.setrecursionlimit(20000)
`
