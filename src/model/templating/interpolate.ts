import { isForeign, isList, isMap, isScalarValue, pythonTypeName, type Scalar, type Value } from '../../base/value.ts'
import { lookUp, type Context } from './context.ts'
import { findExpressions, isWholeExpression, type Expression } from './find-expressions.ts'
import type { Fault, Report } from './fault.ts'
import { nearestPath } from './nearest-path.ts'
import { parseExpression } from './parse-expression.ts'
import { templateProblems } from './problems.ts'
import { toText } from './to-text.ts'
import type { FlagStyle } from './unpack-flags.ts'

/** What expressions are resolved against. */
export interface Scope {
  readonly context: Context
  /** Key of the stage's entry that is being resolved. Where it is absent (`foreach`, `matrix`, top-level sections) lists
   * and maps are allowed everywhere. */
  readonly field: string | undefined
  readonly style: FlagStyle
  readonly budget: TextBudget
  readonly report: Report
}

/** How many characters may still come out of templates. Shared by everything that one file resolves. */
export interface TextBudget {
  left: number
}

/** Resolves the expressions in all texts of a value, keys included (DVC: `parsing/context.py::resolve`). What cannot be
 * resolved is reported and comes out as null. */
export function resolveValue(value: Value, path: readonly Scalar[], scope: Scope): Value {
  if (typeof value === 'string') return resolveText(value, path, scope)
  if (isList(value)) return value.map((item, index) => resolveValue(item, [...path, index], scope))
  if (!isMap(value)) return value
  const resolved = new Map<Scalar, Value>()
  for (const [key, entry] of value) {
    resolved.set(resolveKey(key, [...path, key], scope), resolveValue(entry, [...path, key], scope))
  }
  return resolved
}

function resolveKey(key: Scalar, path: readonly Scalar[], scope: Scope): Scalar {
  if (typeof key !== 'string') return key
  const report: Report = (fault) => scope.report({ ...fault, part: 'key' })
  const resolved = resolveText(key, path, { ...scope, report })
  if (isScalarValue(resolved)) return resolved
  report({ path, problem: (at) => templateProblems.keyType(at, pythonTypeName(resolved)) })
  return key
}

/** Resolves the expressions of one text. If it is nothing but one expression, the value keeps its type. */
export function resolveText(text: string, path: readonly Scalar[], scope: Scope): Value {
  const expressions = findExpressions(text)
  const [first] = expressions
  const resolved =
    first !== undefined && isWholeExpression(text, expressions)
      ? evaluate(first, path, scope)
      : interpolate(text, expressions, path, scope)
  if (typeof resolved === 'string') spend(resolved.length, path, scope)
  return resolved
}

// Backslashes are taken off the finished text, so that those of inserted values go too.
function interpolate(text: string, expressions: readonly Expression[], path: readonly Scalar[], scope: Scope): string {
  let result = ''
  let from = 0
  for (const expression of expressions) {
    result += text.slice(from, expression.start) + evaluateToText(expression, path, scope)
    from = expression.end
  }
  return (result + text.slice(from)).replaceAll('\\${', '${')
}

function evaluateToText(expression: Expression, path: readonly Scalar[], scope: Scope): string {
  const { inner } = expression
  const text = toText(evaluate(expression, path, scope), scope.style)
  if (typeof text === 'string') return text
  scope.report(faultAt(expression, path, (at) => templateProblems.nestedList(at, inner, text.key)))
  return ''
}

function evaluate(expression: Expression, path: readonly Scalar[], scope: Scope): Value {
  const { inner } = expression
  const parsed = parseExpression(inner)
  if (!parsed.ok) {
    scope.report(
      faultAt(expression, path, (at) => templateProblems.syntax(at, clip(inner), clip(inner.slice(parsed.offset)))),
    )
    return null
  }
  const value = lookUp(scope.context.values, parsed.names)
  if (value === undefined) {
    const nearest = nearestPath(scope.context.values, parsed.names)
    scope.report(faultAt(expression, path, (at) => templateProblems.unknownName(at, clip(inner), nearest)))
    return null
  }
  if (isAllowed(value, scope.field)) return value
  scope.report(faultAt(expression, path, (at) => templateProblems.type(at, inner, pythonTypeName(value))))
  return null
}

// A text with a brace astray can be taken for an expression of any length.
function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

function isAllowed(value: Value, field: string | undefined): boolean {
  if (field === undefined || isScalarValue(value) || isForeign(value)) return true
  return isMap(value) && field === 'cmd'
}

function faultAt(span: Expression, path: readonly Scalar[], problem: Fault['problem']): Fault {
  return { path, span, problem }
}

// Told once, when the limit is passed.
function spend(length: number, path: readonly Scalar[], { budget, report }: Scope): void {
  const before = budget.left
  budget.left -= length
  if (before >= 0 && budget.left < 0)
    report({ path, problem: (at) => templateProblems.tooMuchText(at, maxTemplateText) })
}

/** Characters that the templates of one file may come out at, all stages together. */
export const maxTemplateText = 50_000_000
