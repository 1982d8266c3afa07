import type { Value } from '../../../base/value.ts'
import { PythonFault } from './python-fault.ts'
import { readLiteral } from './read-literal.ts'
import type { PythonToken } from './tokenize-python.ts'

/** A parameter that an assignment defines: a name, or an attribute of `self`. */
export interface Assignment {
  readonly name: string
  readonly isAttribute: boolean
  readonly value: Value
}

/** Reads one simple statement. `undefined`: it is no assignment of a literal to one plain target, or one to a name where
 * only attributes of `self` count. */
export function readAssignment(statement: readonly PythonToken[], onlySelf: boolean): Assignment | undefined {
  const [equals, ...others] = topLevel(statement, '=')
  if (equals === undefined) return undefined
  if (equals === statement.length - 1) throw new PythonFault('nothing is assigned', statement[equals]!.offset)
  if (others.length > 0) return undefined
  // What stands between a colon and the equals sign is an annotation.
  const colon = topLevel(statement.slice(0, equals), ':')[0] ?? equals
  const target = readTarget(statement.slice(0, colon))
  if (target === undefined || (onlySelf && !target.isAttribute)) return undefined
  const value = readLiteral(statement.slice(equals + 1))
  return value === undefined ? undefined : { ...target, value }
}

function readTarget(tokens: readonly PythonToken[]): Pick<Assignment, 'name' | 'isAttribute'> | undefined {
  if (tokens[0]?.text === '(' && tokens.at(-1)?.text === ')') return readTarget(tokens.slice(1, -1))
  const [first, dot, second] = tokens
  if (first?.kind !== 'name') return undefined
  if (tokens.length === 1) return { name: first.text, isAttribute: false }
  const isOfSelf = tokens.length === 3 && first.text === 'self' && dot?.text === '.' && second?.kind === 'name'
  return isOfSelf ? { name: second.text, isAttribute: true } : undefined
}

/** Places of an operator outside all brackets. */
function topLevel(tokens: readonly PythonToken[], operator: string): number[] {
  const places: number[] = []
  let depth = 0
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'op') continue
    if ('([{'.includes(text)) depth++
    else if (')]}'.includes(text)) depth--
    else if (depth === 0 && text === operator) places.push(i)
  }
  return places
}
