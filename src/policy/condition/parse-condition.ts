import { type ASTNode, Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js'
import { nearestName } from '../../base/nearest-name.ts'
import type { Value } from '../../base/value.ts'
import { type FileUse, findUses } from './find-uses.ts'

/** A condition that can be judged, whatever the files hold. */
export interface ParsedCondition {
  readonly uses: readonly FileUse[]
  /** `files`: what each of them holds, by how the condition names it; those that do not exist are left out.
   * A text says why there is no answer. */
  readonly evaluate: (files: FilesByName) => boolean | string
}

export type FilesByName = Readonly<Record<FileUse['kind'], ReadonlyMap<string, Value>>>

/** What is wrong with a condition, whatever the files hold. */
export interface ConditionFault {
  readonly detail: string
  readonly hint: string
}

/** Reads an expression of CEL, in which `params["FILE"]` and `metrics["FILE"]` are known. Nothing of it is run as code of
 * ours: the library walks its tree. */
export function parseCondition(text: string): ParsedCondition | ConditionFault {
  const parsed = tryParse(text)
  if ('detail' in parsed) return parsed
  const { uses, faults } = findUses(parsed.ast, text)
  const [fault] = faults
  const mistyped = fault ?? findTypeFault(parsed)
  if (mistyped !== undefined) return mistyped
  return { uses, evaluate: (files) => evaluate(parsed, files) }
}

type Parsed = ReturnType<Environment['parse']> & { readonly ast: ASTNode }

const environment = new Environment({ enableOptionalTypes: true })
  .registerVariable('params', 'map<string, dyn>')
  .registerVariable('metrics', 'map<string, dyn>')

function tryParse(text: string): Parsed | ConditionFault {
  try {
    return environment.parse(text)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const { summary, range } = error
    const place = range === undefined ? '' : ` (at character ${range.start + 1})`
    return { detail: `expected an expression of CEL, found ${quoted(text)}: ${summary}${place}`, hint: example }
  }
}

const example = 'Such as `metrics["eval.json"].auc > 0.8`; docs/reference/settings.md tells what may stand there'

function findTypeFault(parsed: Parsed): ConditionFault | undefined {
  const checked = parsed.check()
  const { error, type } = checked
  if (error === undefined)
    return type === 'bool' || type === 'dyn'
      ? undefined
      : { detail: `expected an expression that is true or false, found one of type \`${type ?? ''}\``, hint: example }
  if (error.code === 'unknown_variable') return unknownName(error.summary.slice('Unknown variable: '.length))
  const hint = error.code === 'invalid_macro_argument' ? 'To ask for a key, write `"key" in params["FILE"]`' : example
  return { detail: `the expression cannot be judged: ${error.summary}`, hint }
}

function unknownName(name: string): ConditionFault {
  const nearest = nearestName(name, ['params', 'metrics'])
  const hint = nearest === undefined ? 'Known are `params["FILE"]` and `metrics["FILE"]`' : `Is \`${nearest}\` meant?`
  return { detail: `\`${name}\` is not known here`, hint }
}

function evaluate(parsed: Parsed, files: FilesByName): boolean | string {
  try {
    const value: unknown = parsed(files)
    return typeof value === 'boolean' ? value : `it is ${quoted(describe(value))}, neither true nor false`
  } catch (error) {
    if (!(error instanceof EvaluationError || error instanceof CelTypeError)) throw error
    return error.summary
  }
}

function describe(value: unknown): string {
  if (value instanceof Map) return 'a map'
  return Array.isArray(value) ? 'a list' : String(value)
}

function quoted(text: string): string {
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``
}
