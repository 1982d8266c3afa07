import type { core } from 'zod'

/** The keys that a schema lets stand in the map at `path`. */
export function keysAt(schema: core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const { def } = (schema as core.$ZodTypes)._zod
  const [head, ...rest] = path
  switch (def.type) {
    case 'optional':
      return keysAt(def.innerType, path)
    case 'union':
      return def.options.flatMap((option) => keysAt(option, path))
    case 'record':
      return head === undefined ? [] : keysAt(def.valueType, rest)
    case 'object': {
      if (head === undefined) return Object.keys(def.shape)
      const inner = def.shape[String(head)]
      return inner === undefined ? [] : keysAt(inner, rest)
    }
    default:
      return []
  }
}
