import type { ValueMap } from '../../base/value.ts'
import { writeYaml } from '../yaml/write-yaml.ts'

/** True if both say the same, in the same order; `undefined`: there is none. */
export function isSameEntry(a: ValueMap | undefined, b: ValueMap | undefined): boolean {
  return a === undefined || b === undefined ? a === b : writeYaml(a) === writeYaml(b)
}
