import type { Problem } from '../base/problem.ts'
import type { Condition } from './condition.ts'
import type { TaskCondition } from './plan.ts'
import type { Reason } from './reasons.ts'
import type { UpstreamOutlook } from './upstream-outlook.ts'

/** What can be told of a condition before anything runs. */
export interface ConditionOutlook {
  /** Absent: it cannot be judged. */
  readonly condition?: TaskCondition
  /** Of a condition that is not met, or that may come out either way. */
  readonly reason?: Reason
  readonly problems: readonly Problem[]
}

/** Judges a condition, unless earlier steps may change what it looks into. `stepName` gives the address of a step. */
export function conditionOutlook(
  condition: Condition,
  upstream: UpstreamOutlook,
  stepName: (step: number) => string,
): ConditionOutlook {
  const { text, reads } = condition
  for (const target of reads) {
    const changer = upstream.changerOf(target)
    if (changer === undefined) continue
    const reason: Reason = { code: 'condition.open', condition: text, stage: stepName(changer) }
    return { condition: { text, reads, outlook: 'open' }, reason, problems: [] }
  }
  const judged = condition.judge()
  if (!judged.ok) return { problems: judged.problems }
  const { isMet, found } = judged.value
  if (isMet) return { condition: { text, reads, outlook: 'met' }, problems: [] }
  const reason: Reason = { code: 'condition.unmet', condition: text, ...(found === '' ? {} : { after: found }) }
  return { condition: { text, reads, outlook: 'unmet' }, reason, problems: [] }
}
