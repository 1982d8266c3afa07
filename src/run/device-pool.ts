/** Hands out devices by name, lowest place first. The scheduling core sees to it that there are always enough. */
export class DevicePool {
  readonly #free: string[]
  readonly #places: ReadonlyMap<string, number>

  constructor(names: readonly string[]) {
    this.#free = [...names]
    this.#places = new Map(names.map((name, place) => [name, place]))
  }

  take(count: number): readonly string[] {
    return this.#free.splice(0, count)
  }

  give(names: readonly string[]): void {
    this.#free.push(...names)
    this.#free.sort((a, b) => (this.#places.get(a) ?? 0) - (this.#places.get(b) ?? 0))
  }
}
