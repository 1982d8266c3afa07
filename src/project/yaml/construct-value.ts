import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import { pythonKey } from '../../base/python-equal.ts'
import { pythonRepr } from '../../base/python-repr.ts'
import {
  isForeign,
  isList,
  isMap as isValueMap,
  isScalarValue,
  type Scalar,
  type Value,
  type ValueMap,
} from '../../base/value.ts'
import type { ComposedYaml, YamlFault } from './compose-yaml.ts'
import { constructScalar, isMergeKey, ScalarFault, tagPrefix } from './construct-scalar.ts'

/** Values that a text with aliases may stand for in all. */
export const maxExpandedValues = 1_000_000

export interface ConstructedYaml {
  readonly value: Value
  readonly faults: readonly YamlFault[]
  /** The node that each alias stands for. */
  readonly aliased: ReadonlyMap<Alias, Node>
}

/** Turns nodes into the values that ruamel.yaml's safe loader gives. An alias yields the very object of its anchor. */
export function constructValue({ contents, faults }: ComposedYaml): ConstructedYaml {
  const constructor = new ValueConstructor()
  const value = contents === null ? null : constructor.construct(contents)
  const all = [...faults, ...constructor.faults]
  return { value, faults: all, aliased: constructor.aliased }
}

interface Anchored {
  readonly node: Node
  /** Absent while the node is being read: an alias inside would make it contain itself. */
  value: Value | undefined
  /** Values it stands for, aliases written out. */
  size: number
}

class ValueConstructor {
  readonly faults: YamlFault[] = []
  readonly aliased = new Map<Alias, Node>()
  readonly #anchors = new Map<string, Anchored>()
  #size = 0

  construct(node: Node | null): Value {
    this.#size++
    if (node === null) return null
    if (isAlias(node)) return this.#resolve(node)
    const anchor = (node as { anchor?: string }).anchor
    if (anchor === undefined) return this.#constructNode(node)
    const anchored: Anchored = { node, value: undefined, size: 0 }
    this.#anchors.set(anchor, anchored)
    const before = this.#size
    anchored.value = this.#constructNode(node)
    anchored.size = this.#size - before
    return anchored.value
  }

  #constructNode(node: Node): Value {
    if (isScalar(node)) return this.#orFault(node, constructScalar(node))
    if (isSeq(node)) return this.#constructSeq(node)
    if (isMap(node)) return this.#constructTaggedMap(node)
    throw new Error('Internal error: unknown kind of YAML node')
  }

  #resolve(alias: Alias): Value {
    const anchored = this.#anchors.get(alias.source)
    if (anchored === undefined) return this.#fault(alias, `alias \`*${alias.source}\` has no anchor before it`)
    if (anchored.value === undefined)
      return this.#fault(alias, `alias \`*${alias.source}\` stands inside its own anchor`)
    const before = this.#size
    this.#size += anchored.size
    if (this.#size > maxExpandedValues && before <= maxExpandedValues) this.#report(alias, 'too-large', '')
    this.aliased.set(alias, anchored.node)
    return anchored.value
  }

  #constructSeq(node: YAMLSeq): Value {
    const tag = this.#tagName(node)
    if (tag === 'omap' || tag === 'pairs') return this.#constructPairs(node, tag)
    if (tag !== undefined && tag !== 'seq') return this.#fault(node, `tag \`${node.tag}\` does not fit a list`)
    return node.items.map((item) => this.construct(item as Node | null))
  }

  #constructTaggedMap(node: YAMLMap): Value {
    const tag = this.#tagName(node)
    if (tag !== undefined && tag !== 'map' && tag !== 'set')
      return this.#fault(node, `tag \`${node.tag}\` does not fit a map`)
    const value = this.#constructMap(node)
    return tag === 'set' && isValueMap(value) ? asSet([...value.keys()]) : value
  }

  // Keys of a map that merges others are not checked, as in ruamel.yaml.
  #constructMap(node: YAMLMap): Value {
    const builder = new MapBuilder()
    const merges = this.#mergeInto(builder, node)
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      if (isScalar(pair.key) && isMergeKey(pair.key)) continue
      const key = this.#constructKey(pair.key)
      if (!merges && builder.has(key))
        this.#report(pair.key, 'duplicate-key', isScalarValue(key) ? String(key) : pythonRepr(key))
      builder.set(key, this.construct(pair.value))
    }
    return builder.build()
  }

  // Merged entries come first, of several maps the last one's; the map's own entries then take their place. True if there
  // are any.
  #mergeInto(builder: MapBuilder, node: YAMLMap): boolean {
    const merges = (node.items as Pair<Node, Node | null>[]).filter(({ key }) => isScalar(key) && isMergeKey(key))
    if (merges.length > 1) this.#report(merges[1]!.key, 'duplicate-key', '<<')
    for (const { key, value } of merges.slice(0, 1)) {
      const source = this.construct(value)
      const maps = isList(source) ? source.toReversed() : [source]
      if (!maps.every(isValueMap)) this.#fault(key, '`<<` merges maps only')
      else maps.forEach((map) => builder.merge(map))
    }
    return merges.length > 0
  }

  // Lists are keys as tuples; maps are no keys at all.
  #constructKey(node: Node): Value {
    const key = isScalar(node) && node.source === '=' && node.tag === undefined ? '=' : this.construct(node)
    if (isList(key)) return { kind: 'tuple', text: reprTuple(key), items: key }
    if (isValueMap(key) || (isForeign(key) && key.kind === 'set')) return this.#fault(node, 'a map cannot be a key')
    return key
  }

  #constructPairs(node: YAMLSeq, tag: 'omap' | 'pairs'): Value {
    const maps = node.items.map((item) => this.construct(item as Node | null))
    if (!maps.every((map) => isValueMap(map) && map.size === 1))
      return this.#fault(node, `\`!!${tag}\` takes maps of one entry`)
    const pairs = (maps as ValueMap[]).flatMap((map) => [...map])
    if (tag === 'omap') return new Map(pairs)
    return pairs.map((pair) => ({ kind: 'tuple' as const, text: reprTuple(pair), items: pair }))
  }

  #tagName(node: Node): string | undefined {
    const tag = (node as { tag?: string }).tag
    if (tag === undefined || tag === '!') return undefined
    return tag.startsWith(tagPrefix) ? tag.slice(tagPrefix.length) : tag
  }

  #orFault(node: Node, value: Value | ScalarFault): Value {
    return value instanceof ScalarFault ? this.#fault(node, value.detail) : value
  }

  #fault(node: Node, detail: string): Value {
    this.#report(node, 'invalid', detail)
    return null
  }

  #report(node: Node, kind: YamlFault['kind'], detail: string): void {
    const [start, end] = node.range ?? [0, 0]
    this.faults.push({ kind, start, end, detail })
  }
}

/** Collects the entries of a map. Keys are compared as Python compares them; the first spelling of a key stays. */
class MapBuilder {
  readonly #entries = new Map<Scalar, Value>()
  // Text keys equal nothing but themselves, only the others need a common form.
  readonly #otherKeys = new Map<string, Scalar>()
  #foreignKeys: Map<string, readonly [Value, Value]> | undefined

  has(key: Value): boolean {
    if (isScalarValue(key)) return this.#entries.has(this.#spelling(key))
    return this.#foreignKeys?.has(keyText(key)) ?? false
  }

  set(key: Value, value: Value): void {
    if (isScalarValue(key)) this.#entries.set(this.#spelling(key), value)
    else (this.#foreignKeys ??= new Map()).set(keyText(key), [key, value])
  }

  merge(map: ValueMap): void {
    for (const [key, value] of map) this.set(key, value)
  }

  build(): Value {
    if (this.#foreignKeys === undefined) return this.#entries
    const pairs = [...this.#entries, ...this.#foreignKeys.values()]
    const text = `{${pairs.map(([key, value]) => `${pythonRepr(key)}: ${pythonRepr(value)}`).join(', ')}}`
    return { kind: 'dict', text, items: pairs.map(([, value]) => value), entries: this.#entries }
  }

  #spelling(key: Scalar): Scalar {
    if (typeof key === 'string') return key
    const common = pythonKey(key)
    const first = this.#otherKeys.get(common)
    if (first === undefined) this.#otherKeys.set(common, key)
    return first ?? key
  }
}

function keyText(key: Value): string {
  return isForeign(key) ? `${key.kind} ${key.text}` : pythonRepr(key)
}

function reprTuple(items: readonly Value[]): string {
  return items.length === 1 ? `(${pythonRepr(items[0]!)},)` : `(${items.map(pythonRepr).join(', ')})`
}

function asSet(items: readonly Value[]): Value {
  const text = items.length === 0 ? 'set()' : `{${items.map(pythonRepr).join(', ')}}`
  return { kind: 'set', text, items }
}
