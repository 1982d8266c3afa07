import { kindOfPath } from '../base/file-kind.ts'
import { groupBy } from '../base/group-by.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { addressFrom } from '../model/address.ts'
import { findGraphProblems, type GraphFault } from '../model/find-graph-problems.ts'
import type { Project } from '../model/project.ts'
import { reproOrder } from '../model/repro-order.ts'
import { selectStages } from '../model/select-stages.ts'
import type { Stage } from '../model/stage.ts'
import { buildStageGraph, cutFrozen, type StageGraph } from '../model/stage-graph.ts'
import type { Condition } from './condition.ts'
import { ScopeConditions } from './scope-conditions.ts'

/** Which part of a project a plan is asked to cover. */
export interface ScopeRequest {
  /** Absolute; targets are seen from here. */
  readonly cwd: string
  readonly targets: readonly string[]
  readonly recursive: boolean
  readonly glob: boolean
  /** The whole pipelines that the targets belong to. */
  readonly pipeline: boolean
  /** Every stage of the project, whatever the targets. */
  readonly allPipelines: boolean
  /** The targets and what depends on them. */
  readonly downstream: boolean
  /** The targets alone, in the order given. */
  readonly singleItem: boolean
  /** What must hold for a stage to be handled. @default nothing */
  readonly conditionOf?: (stage: Stage) => Condition | undefined
}

/** A stage of a plan, in the place where a serial run handles it: that of `dvc repro`, but after the stages that make what
 * its condition looks into. Steps go by their index. */
export interface PlanStep {
  readonly stage: Stage
  /** Address as seen from the DVC root. */
  readonly name: string
  /** Its place if there were no conditions. */
  readonly rank: number
  /** Earlier steps that make what this one needs. */
  readonly needs: readonly number[]
  readonly condition: Condition | undefined
  /** Further earlier steps that make what the condition looks into. */
  readonly waits: readonly number[]
  /** All direct producers, of this plan or not. */
  readonly producers: readonly Stage[]
  /** What is wrong between this stage and others. */
  readonly faults: readonly Problem[]
}

export interface PlanScope {
  readonly steps: readonly PlanStep[]
  /** What is wrong between stages anywhere in the project. */
  readonly problems: readonly Problem[]
}

/** The stages that a plan covers, in the order of a serial `dvc repro` (DVC: `repo/reproduce.py::reproduce`). */
export function planScope(project: Project, request: ScopeRequest): Result<PlanScope> {
  const selected = request.allPipelines ? ok([]) : selectStages(project, request, kindOfPath)
  if (!selected.ok) return failed(...selected.problems)
  const graph = buildStageGraph(project.stages)
  const targets = selected.value.flatMap((stage) => graph.indexOf.get(stage.id) ?? [])
  const takesPipelines = request.pipeline || request.allPipelines
  const conditions = new ScopeConditions(graph, request.conditionOf)
  if (request.singleItem && !takesPipelines) return ok(singleItems(graph, targets, { root: project.root, conditions }))
  const order = reproOrder(graph, {
    targets: request.downstream ? targets : conditions.withMakers(targets),
    pipeline: request.pipeline,
    downstream: request.downstream && !takesPipelines,
  })
  const faults = findGraphProblems(graph, project.root)
  return ok({
    steps: toSteps(cutFrozen(graph), order, { faults, root: project.root, conditions }),
    problems: faults.map(({ problem }) => problem),
  })
}

function toSteps(
  graph: StageGraph,
  order: readonly number[],
  { faults, root, conditions }: { faults: readonly GraphFault[]; root: string; conditions: ScopeConditions },
): readonly PlanStep[] {
  const rankOf = placesIn(order)
  const walk = conditions.reorder(graph, order)
  const placeOf = walk === order ? rankOf : placesIn(walk)
  const pairs = faults.flatMap(({ problem, stages }) => stages.map((stage) => ({ stage, problem })))
  const faultsOf = groupBy(pairs, ({ stage }) => stage)
  return walk.map((index, place) => {
    const stage = stageAt(graph, index)
    const producers = graph.producers[index] ?? []
    // In a circle a producer can come later: such a need could never end.
    const needs = producers.flatMap((producer) => placeOf.get(producer) ?? []).filter((need) => need < place)
    return {
      stage,
      name: addressFrom(stage, root, root),
      rank: rankOf.get(index) ?? place,
      needs,
      producers: producers.map((producer) => stageAt(graph, producer)),
      faults: (faultsOf.get(index) ?? []).map(({ problem }) => problem),
      ...conditions.partOf(index, needs, placeOf),
    }
  })
}

// DVC runs these one by one as they are named, without a look at the graph. They wait for each other only where one
// reads what the other writes.
function singleItems(
  graph: StageGraph,
  order: readonly number[],
  { root, conditions }: { root: string; conditions: ScopeConditions },
): PlanScope {
  const placeOf = placesIn(order)
  const steps = order.map((index, rank) => {
    const stage = stageAt(graph, index)
    const linked = [...(graph.producers[index] ?? []), ...(graph.consumers[index] ?? [])]
    const needs = [...new Set(linked.flatMap((other) => placeOf.get(other) ?? []).filter((need) => need < rank))]
    const name = addressFrom(stage, root, root)
    return { stage, name, rank, needs, producers: [], faults: [], ...conditions.partOf(index, needs, placeOf) }
  })
  return { steps, problems: [] }
}

function placesIn(order: readonly number[]): ReadonlyMap<number, number> {
  return new Map(order.map((index, place) => [index, place]))
}

function stageAt(graph: StageGraph, index: number): Stage {
  const stage = graph.stages[index]
  if (stage === undefined) throw new Error(`Internal error: no stage ${index}`)
  return stage
}
