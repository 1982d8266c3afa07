import { isList, isMap, pythonTypeName, type Scalar, type Value } from '../../base/value.ts'

/** Something that does not have the shape it should have. */
export interface ShapeFault {
  /** Keys and indexes from the checked value down to the place. */
  readonly path: readonly Scalar[]
  /** What is meant at that place: the key itself, or its value. */
  readonly part: 'key' | 'value'
  /** What was expected and what was found: `expected text, found a list`. */
  readonly detail: string
  /** The key that is not known, if that is the fault. */
  readonly unknownKey?: string
}

/** A test of a value's shape; returns everything that is wrong. */
export type Shape = (value: Value, path: readonly Scalar[]) => readonly ShapeFault[]

export const anything: Shape = () => []
export const text: Shape = scalarShape('text', (value) => typeof value === 'string')
export const integer: Shape = scalarShape('a whole number', (value) => typeof value === 'bigint')
export const bool: Shape = scalarShape('true or false', (value) => typeof value === 'boolean')
export const map: Shape = scalarShape('a map', isMap)
export const list: Shape = scalarShape('a list', isList)

/** A shape that one test decides; `expected` says what it asks for. */
export function scalarShape(expected: string, holds: (value: Value) => boolean): Shape {
  return (value, path) => (holds(value) ? [] : [mismatch(value, path, expected)])
}

/** A list whose items all have one shape. */
export function listOf(item: Shape): Shape {
  return (value, path) =>
    isList(value) ? value.flatMap((entry, index) => item(entry, [...path, index])) : [mismatch(value, path, 'a list')]
}

/** A map from texts to values of one shape. */
export function mapOf(item: Shape): Shape {
  return (value, path) => {
    if (!isMap(value)) return [mismatch(value, path, 'a map')]
    return [...value].flatMap(([key, entry]) =>
      typeof key === 'string' ? item(entry, [...path, key]) : [keyFault([...path, key], 'expected text as key')],
    )
  }
}

/** A map with these keys and no others. */
export function record(fields: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape {
  return (value, path) => {
    if (!isMap(value)) return [mismatch(value, path, 'a map')]
    const missing = required.filter((key) => !value.has(key))
    return [
      ...missing.map((key): ShapeFault => ({ path, part: 'key', detail: `expected the key \`${key}\`` })),
      ...[...value].flatMap(([key, entry]) => checkField(fields, key, entry, [...path, key])),
    ]
  }
}

/** A value that has one of the shapes. If none fits, `expected` says what was asked for; without it the faults of the
 * shape that fits best are told. */
export function anyOf(shapes: readonly Shape[], expected?: string): Shape {
  return (value, path) => {
    const tries = shapes.map((shape) => shape(value, path))
    if (tries.some((faults) => faults.length === 0)) return []
    const deepest = tries.toSorted((a, b) => depth(b) - depth(a))[0] ?? []
    return expected !== undefined && depth(deepest) <= path.length ? [mismatch(value, path, expected)] : deepest
  }
}

/** The shape, or null. */
export function nullable(shape: Shape): Shape {
  return (value, path) => (value === null ? [] : shape(value, path))
}

function checkField(
  fields: Readonly<Record<string, Shape>>,
  key: Scalar,
  value: Value,
  path: readonly Scalar[],
): readonly ShapeFault[] {
  const field = typeof key === 'string' && Object.hasOwn(fields, key) ? fields[key] : undefined
  if (field !== undefined) return field(value, path)
  return [{ ...keyFault(path, `key \`${String(key)}\` is not known here`), unknownKey: String(key) }]
}

function mismatch(value: Value, path: readonly Scalar[], expected: string): ShapeFault {
  return { path, part: 'value', detail: `expected ${expected}, found ${describeValue(value)}` }
}

function keyFault(path: readonly Scalar[], detail: string): ShapeFault {
  return { path, part: 'key', detail }
}

function depth(faults: readonly ShapeFault[]): number {
  return Math.max(...faults.map(({ path }) => path.length))
}

const typeWords: Readonly<Record<string, string>> = {
  NoneType: 'nothing',
  bool: 'true or false',
  int: 'a whole number',
  float: 'a decimal number',
  str: 'text',
  list: 'a list',
  dict: 'a map',
}

/** A value in a few words: the value itself if it is short, else its type. */
export function describeValue(value: Value): string {
  const word = typeWords[pythonTypeName(value)] ?? `a ${pythonTypeName(value)}`
  const isShort =
    (typeof value === 'string' && value.length < 40) || typeof value === 'bigint' || typeof value === 'number'
  return isShort ? `${word} \`${value}\`` : word
}
