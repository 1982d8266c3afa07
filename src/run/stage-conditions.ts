import type { Workspace } from '../cache/workspace.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { makes } from '../plan/find-obstacles.ts'
import type { StageTask } from '../plan/plan.ts'
import { problemReason } from './failure.ts'
import { noPolicies, type RunPolicies } from './run-policies.ts'
import type { StageOutcome } from './stage-call.ts'

/** The conditions of a run's stages, and what follows for others from those that are not met. */
export class StageConditions {
  readonly #workspace: Workspace
  readonly #conditionOf: RunPolicies['conditionOf']
  readonly #skipped: Stage[] = []

  constructor({ workspace, policies = noPolicies }: { workspace: Workspace; policies?: RunPolicies }) {
    this.#workspace = workspace
    this.#conditionOf = policies.conditionOf
  }

  /** How a stage ends whose condition is not met, or cannot be judged, now that its turn has come; `undefined`: it is to
   * be handled. */
  endOf(task: StageTask): StageOutcome | undefined {
    const outcome = this.#judge(task)
    if (outcome?.result === 'skipped') this.#skipped.push(task.stage)
    return outcome
  }

  /** A stage that is skipped by condition and would make a dep that is missing. */
  withheldBy({ frozen, deps }: Stage): StageId | undefined {
    if (frozen || this.#skipped.length === 0) return undefined
    const missing = deps.flatMap((dep) =>
      (dep.kind === 'file' || dep.kind === 'params') && !this.#workspace.exists(dep.target, 'dep') ? [dep] : [],
    )
    return this.#skipped.find((maker) => missing.some((dep) => makes(maker, dep)))?.id
  }

  #judge({ stage, decision, condition: planned, reasons }: StageTask): StageOutcome | undefined {
    if (planned?.outlook === 'unmet') {
      const found = reasons.find(({ code }) => code === 'condition.unmet')?.after ?? ''
      return { result: 'skipped', condition: { text: planned.text, found } }
    }
    const condition = this.#conditionOf(stage)
    // A skip is relied upon, unless what the condition looks into may have changed since.
    if (condition === undefined || (decision === 'skip' && planned?.outlook === 'met')) return undefined
    const judged = condition.judge()
    if (!judged.ok) return { result: 'failed', reason: problemReason(judged.problems), problems: judged.problems }
    const { isMet, found } = judged.value
    return isMet ? undefined : { result: 'skipped', condition: { text: condition.text, found } }
  }
}
