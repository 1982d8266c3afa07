import { mapLimited } from '../base/map-limited.ts'
import type { Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import type { Project } from '../model/project.ts'
import { decideSteps, type DecidedStep } from './decide-steps.ts'
import type { Plan, ReproOptions, StageTask } from './plan.ts'
import { planScope, type PlanStep, type ScopeRequest } from './plan-scope.ts'
import type { StageStatus } from './reasons.ts'
import { rememberParams } from './remember-params.ts'
import { stageStatus } from './stage-status.ts'
import type { CacheView, WorkspaceView } from './workspace-view.ts'

export interface PlanRequest extends Omit<ScopeRequest, 'singleItem'> {
  readonly options: ReproOptions
}

export interface MadePlan {
  readonly plan: Plan
  /** What is wrong between stages, anywhere in the project; stages concerned are blocked. DVC refuses such a project as a
   * whole. What keeps single stages from running stands at their tasks. */
  readonly problems: readonly Problem[]
}

/** Says what a run of the targets will do with each stage, and why. Looks at the disk but changes nothing on it. Fails if
 * a target cannot be found. */
export async function makePlan(
  project: Project,
  workspace: CacheView,
  request: PlanRequest,
): Promise<Result<MadePlan>> {
  const { options } = request
  const scope = planScope(project, { ...request, singleItem: options.singleItem })
  if (!scope.ok) return scope
  const { steps, problems } = scope.value
  const { records } = project
  const statuses = await readStatuses(steps, records, workspace)
  const decided = await decideSteps({ steps, statuses, records, workspace, options })
  const tasks = steps.map((step, index) => toTask(step, decided[index]!, steps, options))
  return ok({ plan: { root: { kind: 'workflow', name: '', tasks }, options }, problems })
}

/** Reads of the disk at a time. */
const mostAtOnce = 8

function readStatuses(
  steps: readonly PlanStep[],
  records: Project['records'],
  workspace: WorkspaceView,
): Promise<readonly Result<StageStatus>[]> {
  const readParams = rememberParams()
  return mapLimited(steps, mostAtOnce, ({ stage }) => stageStatus(stage, records.get(stage.id), workspace, readParams))
}

function toTask(step: PlanStep, decided: DecidedStep, steps: readonly PlanStep[], options: ReproOptions): StageTask {
  return {
    kind: 'stage',
    name: step.name,
    stage: step.stage,
    decision: decided.decision,
    reasons: decided.reasons,
    needs: step.needs.flatMap((need) => steps[need]?.name ?? []),
    rank: step.rank,
    forced: options.force,
    ...(decided.condition === undefined ? {} : { condition: decided.condition }),
    ...(step.waits.length === 0 ? {} : { waits: step.waits.flatMap((wait) => steps[wait]?.name ?? []) }),
    ...(decided.blocked === undefined ? {} : { blocked: decided.blocked }),
  }
}
