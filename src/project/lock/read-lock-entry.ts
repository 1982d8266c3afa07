import { isMap, type ValueMap } from '../../base/value.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { lockEntryShape } from './lock-shapes.ts'

/** The entry of a stage that stands alone in a text; `undefined`: it is none. `file` is the text's name in problems. */
export function readLockEntry(text: string, file: string): ValueMap | undefined {
  const read = readYaml(text, file)
  if (!read.ok || !isMap(read.value.value)) return undefined
  return lockEntryShape(read.value.value, []).length === 0 ? read.value.value : undefined
}
