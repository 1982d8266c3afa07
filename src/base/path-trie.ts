/** Values filed under paths, by path components. Paths are absolute and normalized, or URLs. */
export class PathTrie<T> {
  readonly #top: TrieNode<T> = newNode()
  // Neighbours are filed, and asked for, one after the other.
  #folder: { readonly path: string; readonly node: TrieNode<T> } | undefined
  #above: { readonly path: string; readonly values: readonly T[] } | undefined

  add(path: string, value: T): void {
    const { folder, name } = split(path)
    this.#above = undefined
    child(folder === undefined ? this.#top : this.#open(folder), name).values.push(value)
  }

  #open(folder: string): TrieNode<T> {
    if (this.#folder?.path === folder) return this.#folder.node
    const node = folder.split('/').reduce(child, this.#top)
    this.#folder = { path: folder, node }
    return node
  }

  /** Values filed at `path` and at everything above it, topmost first. */
  atOrAbove(path: string): readonly T[] {
    return this.#walk(path).passed.flatMap((node) => node.values)
  }

  /** Values filed at the nearest folder above `path`, `path` itself left out. */
  nearestAbove(path: string): readonly T[] {
    const { folder } = split(path)
    if (folder === undefined) return []
    if (this.#above?.path === folder) return this.#above.values
    const values = this.#walk(folder).passed.findLast((node) => node.values.length > 0)?.values ?? []
    this.#above = { path: folder, values }
    return values
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
    for (const part of withoutSlash(path).split('/')) {
      node = node.children?.get(part)
      if (node === undefined) break
      passed.push(node)
    }
    return { at: node, passed }
  }
}

interface TrieNode<T> {
  children: Map<string, TrieNode<T>> | undefined
  readonly values: T[]
}

function newNode<T>(): TrieNode<T> {
  return { children: undefined, values: [] }
}

function child<T>(node: TrieNode<T>, name: string): TrieNode<T> {
  const children = (node.children ??= new Map<string, TrieNode<T>>())
  const known = children.get(name)
  if (known !== undefined) return known
  const made = newNode<T>()
  children.set(name, made)
  return made
}

function childrenReversed<T>(node: TrieNode<T> | undefined): TrieNode<T>[] {
  return node?.children === undefined ? [] : [...node.children.values()].toReversed()
}

function split(path: string): { readonly folder: string | undefined; readonly name: string } {
  const whole = withoutSlash(path)
  const slash = whole.lastIndexOf('/')
  return { folder: slash === -1 ? undefined : whole.slice(0, slash), name: whole.slice(slash + 1) }
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
