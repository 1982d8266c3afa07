import type { Scalar, Value } from '../../base/value.ts'
import type { YamlPath } from './yaml-places.ts'

/** Offsets in a text: start, and end or more. */
export type Span = readonly [start: number, end: number]

/** Where the values of block YAML stand, as the reader has met them; `YamlPlaces` tells the same from the parser's nodes. */
export class BlockPlaces {
  root: Value | undefined
  /** Four numbers for each place, by which tens of thousands are no burden: the span of its key and that of its value. */
  readonly #spans: number[] = []
  /** By container and step: where its four numbers begin. */
  readonly #places = new Map<object, Map<Scalar, number>>()

  /** An item of a list has no key. */
  note(container: object, step: Scalar, key: Span, value: Span): void {
    const known = this.#places.get(container)
    const places = known ?? new Map<Scalar, number>()
    if (known === undefined) this.#places.set(container, places)
    places.set(step, this.#spans.length)
    this.#spans.push(key[0], key[1], value[0], value[1])
  }

  /** As `YamlPlaces.find`; `undefined`: only the parser can tell. */
  find(path: YamlPath, part: 'key' | 'value'): Span | undefined {
    let at = this.root
    let found: number | undefined
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
    const [keyStart = 0, keyEnd = 0, start = 0, end = 0] = this.#spans.slice(found, found + 4)
    const isEmpty = start === end
    if (keyEnd > 0 && (part === 'key' || isEmpty)) return [keyStart, keyEnd]
    return isEmpty ? undefined : [start, end]
  }
}
