import { pythonEquals, pythonGet } from '../../base/python-equal.ts'
import { isList, isMap, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { writeYaml } from '../yaml/write-yaml.ts'
import { editYaml } from './edit-yaml.ts'

/** The text of a .dvc file that holds `value`, laid over what stands there: keys keep their place, new ones are appended
 * to their map, others removed, and comments stay (DVC: `stage/serialize.py::to_single_stage_file`). Equal data leaves
 * the text as it is. An empty text is a new file. Throws if the text is no YAML map. */
export function writeDataFile(oldText: string, value: ValueMap): string {
  const read = readYaml(oldText, '.dvc')
  if (!read.ok || !isMap(read.value.value))
    throw new Error('Internal error: the .dvc file to be updated is no YAML map')
  const old = read.value.value
  const merged = layOver(old, value)
  if (old.size > 0 && pythonEquals(old, merged)) return oldText
  const canonical = writeYaml(merged)
  if (old.size === 0 || writeYaml(old) === oldText) return canonical
  // What the user wrote beside the data is kept; where that cannot be done safely, at least the data is right.
  const edited = editYaml(oldText, merged)
  return edited !== undefined && holds(edited, merged) ? edited : canonical
}

function holds(text: string, value: ValueMap): boolean {
  const read = readYaml(text, '.dvc')
  return read.ok && pythonEquals(read.value.value, value)
}

// DVC: `utils/collections.py::apply_diff`.
function layOver(old: ValueMap, value: ValueMap): ValueMap {
  const kept = [...old.keys()].filter((key) => pythonGet(value, key) !== undefined)
  const added = [...value.keys()].filter((key) => pythonGet(old, key) === undefined)
  return new Map<Scalar, Value>([
    ...kept.map((key) => [key, layValue(old.get(key)!, pythonGet(value, key)!)] as const),
    ...added.map((key) => [key, value.get(key)!] as const),
  ])
}

function layValue(old: Value, value: Value): Value {
  if (isMap(old) && isMap(value)) return layOver(old, value)
  if (isList(old) && isList(value) && old.length === value.length)
    return value.map((item, index) => layValue(old[index]!, item))
  return pythonEquals(old, value) ? old : value
}
