import type { ASTNode } from '@marcbachmann/cel-js'
import type { ConditionFault } from './parse-condition.ts'

/** One place where a condition looks into a file: `metrics["eval.json"].auc`. */
export interface FileUse {
  readonly kind: 'params' | 'metrics'
  /** As written. */
  readonly file: string
  /** The way down into it, as far as it is named. */
  readonly keys: readonly string[]
  /** As written. */
  readonly text: string
  /** The condition itself asks whether it is there: `"auc" in metrics["eval.json"]`. */
  readonly isAsked: boolean
}

/** Finds where an expression looks into files, and where it does not say which file it means. */
export function findUses(
  ast: ASTNode,
  text: string,
): { readonly uses: readonly FileUse[]; readonly faults: readonly ConditionFault[] } {
  const uses: FileUse[] = []
  const asked: (readonly string[])[] = []
  const faults: ConditionFault[] = []
  const open: unknown[] = [ast]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (Array.isArray(at)) open.push(...(at as unknown[]).toReversed())
    if (!isNode(at)) continue
    const use = useOf(at, text)
    if (use !== undefined) {
      uses.push(use)
      continue
    }
    if (at.op === 'id' && isKind(at.args)) faults.push(noFile(at.args))
    if (at.op === 'in') asked.push(...askedBy(at.args, text))
    open.push(at.args)
  }
  const isAsked = (use: FileUse): boolean => asked.some((way) => way.every((part, place) => wayOf(use)[place] === part))
  return { uses: uses.map((use) => ({ ...use, isAsked: isAsked(use) })), faults }
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}

function isKind(name: string): name is FileUse['kind'] {
  return name === 'params' || name === 'metrics'
}

function useOf(node: ASTNode, text: string): FileUse | undefined {
  const way = stepsOf(node)
  const [kind, file, ...keys] = way ?? []
  if (kind === undefined || file === undefined || !isKind(kind)) return undefined
  return { kind, file, keys, text: text.slice(node.start, node.end), isAsked: false }
}

// `metrics`, then the name of a file in brackets, then keys either way.
function stepsOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return isKind(node.args) ? [node.args] : undefined
  if (node.op !== '.' && node.op !== '[]') return undefined
  const [owner, step] = node.args
  const before = stepsOf(owner)
  if (before === undefined) return undefined
  if (typeof step === 'string') return before.length === 1 ? undefined : [...before, step]
  return step.op === 'value' && typeof step.args === 'string' ? [...before, step.args] : undefined
}

function askedBy([key, owner]: readonly [ASTNode, ASTNode], text: string): readonly (readonly string[])[] {
  const use = useOf(owner, text)
  return use !== undefined && key.op === 'value' && typeof key.args === 'string' ? [[...wayOf(use), key.args]] : []
}

function wayOf({ kind, file, keys }: FileUse): readonly string[] {
  return [kind, file, ...keys]
}

function noFile(kind: FileUse['kind']): ConditionFault {
  const file = kind === 'params' ? 'params.yaml' : 'metrics.json'
  return {
    detail: `\`${kind}\` needs the name of a file in brackets and quotes`,
    hint: `Such as \`${kind}["${file}"].key\``,
  }
}
