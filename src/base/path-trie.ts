/** Values filed under paths, by path components. Paths are absolute and normalized, or URLs. */
export class PathTrie<T> {
  readonly #top: TrieNode<T> = newNode()

  add(path: string, value: T): void {
    let node = this.#top
    for (const part of split(path)) {
      let child = node.children.get(part)
      if (child === undefined) node.children.set(part, (child = newNode()))
      node = child
    }
    node.values.push(value)
  }

  /** Values filed at `path` and at everything above it, topmost first. */
  atOrAbove(path: string): readonly T[] {
    return this.#walk(path).passed.flatMap((node) => node.values)
  }

  /** Values filed at the nearest folder above `path`, `path` itself left out. */
  nearestAbove(path: string): readonly T[] {
    const { at, passed } = this.#walk(path)
    return passed.findLast((node) => node !== at && node.values.length > 0)?.values ?? []
  }

  /** Values filed below `path`, a folder before its content, siblings in the order in which they were first named. */
  below(path: string): readonly T[] {
    const found: T[] = []
    const open = childrenReversed(this.#walk(path).at)
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const value of node.values) found.push(value)
      for (const child of childrenReversed(node)) open.push(child)
    }
    return found
  }

  #walk(path: string): { readonly at: TrieNode<T> | undefined; readonly passed: readonly TrieNode<T>[] } {
    const passed: TrieNode<T>[] = []
    let node: TrieNode<T> | undefined = this.#top
    for (const part of split(path)) {
      node = node.children.get(part)
      if (node === undefined) break
      passed.push(node)
    }
    return { at: node, passed }
  }
}

interface TrieNode<T> {
  readonly children: Map<string, TrieNode<T>>
  readonly values: T[]
}

function newNode<T>(): TrieNode<T> {
  return { children: new Map(), values: [] }
}

function childrenReversed<T>(node: TrieNode<T> | undefined): TrieNode<T>[] {
  return node === undefined ? [] : [...node.children.values()].toReversed()
}

function split(path: string): readonly string[] {
  return (path.endsWith('/') ? path.slice(0, -1) : path).split('/')
}
