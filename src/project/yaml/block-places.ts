import type { Scalar, Value } from '../../base/value.ts'
import type { YamlPath } from './yaml-places.ts'

/** Offsets in a text: start, and end or more. */
export type Span = readonly [start: number, end: number]

interface Place {
  readonly key: Span
  readonly value: Span
}

/** Where the values of block YAML stand, as the reader has met them; `YamlPlaces` tells the same from the parser's nodes. */
export class BlockPlaces {
  root: Value | undefined
  readonly #places = new WeakMap<object, Map<Scalar, Place>>()

  /** An item of a list has no key. */
  note(container: object, step: Scalar, key: Span, value: Span): void {
    const places = this.#places.get(container) ?? new Map<Scalar, Place>()
    this.#places.set(container, places.set(step, { key, value }))
  }

  /** As `YamlPlaces.find`; `undefined`: only the parser can tell. */
  find(path: YamlPath, part: 'key' | 'value'): Span | undefined {
    let at = this.root
    let found: Place | undefined
    for (const step of path) {
      if (typeof at !== 'object' || at === null) break
      const key = Array.isArray(at) ? Number(step) : step
      const place = this.#places.get(at)?.get(key)
      if (place === undefined && typeof step === 'string' && at instanceof Map) break
      // A key that is equal to Python and differs here, or an item that is not there.
      if (place === undefined) return undefined
      found = place
      at = Array.isArray(at) ? (at as readonly Value[])[Number(step)] : (at as ReadonlyMap<Scalar, Value>).get(step)
    }
    if (found === undefined) return undefined
    const isEmpty = found.value[0] === found.value[1]
    if (found.key[1] > 0) return part === 'key' || isEmpty ? found.key : found.value
    return isEmpty ? undefined : found.value
  }
}
