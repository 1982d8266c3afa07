import { nearestName } from '../../base/nearest-name.ts'
import { isMap, type Value, type ValueMap } from '../../base/value.ts'

/** The name that a name which does not exist is most likely a slip of: the first wrong segment is replaced by a near one.
 * `undefined`: nothing is near. */
export function nearestPath(values: ValueMap, names: readonly string[]): string | undefined {
  let current: Value | undefined = values
  for (const [index, name] of names.entries()) {
    if (!isMap(current)) return undefined
    const next: Value | undefined = current.get(name)
    if (next === undefined) {
      if (current.size > mostNames) return undefined
      const nearest = nearestName(name, [...current.keys()].map(String))
      return nearest === undefined ? undefined : [...names.slice(0, index), nearest].join('.')
    }
    current = next
  }
  return undefined
}

// Comparing with thousands of names, for thousands of stages, would take longer than a hint is worth.
const mostNames = 500
