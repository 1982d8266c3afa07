import { existsAsLink } from '../../base/file-kind.ts'
import { joinPath, relativeTo } from '../../base/paths.ts'
import type { Problem, SourceRange } from '../../base/problem.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { Value } from '../../base/value.ts'
import type { Stage } from '../../model/stage.ts'
import type { Judgement } from '../../plan/condition.ts'
import { showValue } from '../../plan/show-value.ts'
import { readParamsFile } from '../../project/params/read-tracked-params.ts'
import { policyProblems } from '../problems.ts'
import type { FileUse } from './find-uses.ts'
import { firstMissing, lookUp, toCel } from './look-up.ts'
import type { ParsedCondition } from './parse-condition.ts'

/** Whose condition is judged, and where it is written. */
interface Judged {
  readonly stage: Stage
  readonly at: SourceRange
  readonly root: string
  /** The stage's name in problems. */
  readonly address: string
}

/** Judges a condition by what its files hold now. */
export function judge({ uses, evaluate }: ParsedCondition, judged: Judged): Result<Judgement> {
  const files = { params: new Map<string, Value>(), metrics: new Map<string, Value>() }
  const problems: Problem[] = []
  for (const { kind, file } of uses) {
    const target = joinPath(judged.stage.wdir, file)
    if (files[kind].has(file) || !existsAsLink(target)) continue
    const read = readParamsFile(target, relativeTo(judged.root, target))
    if (read.ok) files[kind].set(file, toCel(read.value))
    else problems.push(...read.problems.map((problem) => ({ ...problem, stage: judged.address })))
  }
  if (problems.length > 0) return failed(...problems)
  const answer = evaluate(files)
  if (typeof answer === 'boolean') return ok({ isMet: answer, found: foundIn(files, uses) })
  return failed(policyProblems.notJudged(judged.address, judged.at, missingIn(files, uses) ?? answer))
}

// What the library says of a missing key does not tell where.
function missingIn(files: Readonly<Record<FileUse['kind'], ReadonlyMap<string, Value>>>, uses: readonly FileUse[]) {
  for (const { kind, file, keys, isAsked } of uses) {
    const document = files[kind].get(file)
    if (document === undefined) return `\`${file}\` does not exist`
    const missing = isAsked ? undefined : firstMissing(document, keys)
    if (missing !== undefined) return `\`${file}\` has no \`${[...keys].join('.')}\``
  }
  return undefined
}

function foundIn(
  files: Readonly<Record<FileUse['kind'], ReadonlyMap<string, Value>>>,
  uses: readonly FileUse[],
): string {
  const found = uses.flatMap(({ kind, file, keys, text }) => {
    const value = lookUp(files[kind].get(file), keys)
    return value === undefined ? [] : [`${text} = ${showValue(value)}`]
  })
  return [...new Set(found)].join(', ')
}
