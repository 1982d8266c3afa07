import type { core, ZodError } from 'zod'
import { nearestName } from '../base/nearest-name.ts'

/** One thing that does not fit the schema. */
export interface SchemaFault {
  /** From the top down to what is meant. */
  readonly path: readonly (string | number)[]
  /** What is meant there: a key, or its value. */
  readonly part: 'key' | 'value'
  /** `expected a whole number, found text`. */
  readonly detail: string
  readonly hint?: string
}

/** What zod found wrong, in words for people and with the nearest key that exists. `known` gives the keys that may stand
 * beside an unknown one. */
export function faultsOf(error: ZodError, found: unknown, known: Known): readonly SchemaFault[] {
  return error.issues.flatMap((issue) => toFaults(issue, found, [], known))
}

type Known = (path: readonly PropertyKey[]) => readonly string[]

function toFaults(issue: core.$ZodIssue, top: unknown, above: readonly PropertyKey[], known: Known): SchemaFault[] {
  const path = [...above, ...issue.path]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], known(path)))
    case 'invalid_union': {
      // The alternative that was meant is the one that fits furthest down.
      const deepest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? []
      if (depth(deepest) > 0) return deepest.flatMap((inner) => toFaults(inner, top, path, known))
      break
    }
    case 'invalid_key':
      return [{ path: toPath(path), part: 'key', detail: issue.issues[0]?.message ?? issue.message }]
    default:
  }
  const value = valueAt(top, path)
  if (value === undefined) return [{ path: toPath(path.slice(0, -1)), part: 'key', detail: missing(path) }]
  return [{ path: toPath(path), part: 'value', detail: `${lowerFirst(issue.message)}, found ${describe(value)}` }]
}

function unknownKey(path: readonly PropertyKey[], names: readonly string[]): SchemaFault {
  const key = String(path.at(-1))
  const nearest = nearestName(key, names)
  return {
    path: toPath(path),
    part: 'key',
    detail: `key \`${key}\` is not known here`,
    hint:
      nearest === undefined ? `Known are ${names.map((name) => `\`${name}\``).join(', ')}` : `Is \`${nearest}\` meant?`,
  }
}

// An unknown key inside an alternative counts as one step down: the alternative was meant.
function depth(issues: readonly core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)))
}

function missing(path: readonly PropertyKey[]): string {
  return `expected the key \`${String(path.at(-1))}\``
}

function valueAt(top: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    top,
  )
}

function toPath(path: readonly PropertyKey[]): readonly (string | number)[] {
  return path.map((key) => (typeof key === 'number' ? key : String(key)))
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function describe(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `\`${text.length > 40 ? `${text.slice(0, 40)}…` : text}\``
}
