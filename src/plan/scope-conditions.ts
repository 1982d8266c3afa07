import { reachableStages } from '../model/reachable-stages.ts'
import { postOrder } from '../model/repro-order.ts'
import type { Stage } from '../model/stage.ts'
import { cutFrozen, type StageGraph } from '../model/stage-graph.ts'
import type { Condition } from './condition.ts'

/** What conditions mean for what a plan covers and in which order. Stages go by their index. */
export class ScopeConditions {
  readonly #graph: StageGraph
  readonly #conditions = new Map<number, Condition>()

  constructor(graph: StageGraph, conditionOf: ((stage: Stage) => Condition | undefined) | undefined) {
    this.#graph = graph
    if (conditionOf === undefined) return
    graph.stages.forEach((stage, index) => {
      const condition = conditionOf(stage)
      if (condition !== undefined) this.#conditions.set(index, condition)
    })
  }

  /** The targets with the stages that make what conditions look into, those of all stages before them included: an old
   * metric says nothing of a new model. */
  withMakers(targets: readonly number[]): readonly number[] {
    if (this.#conditions.size === 0 || targets.length === 0) return targets
    const reached = reachableStages(this.#withWaits(cutFrozen(this.#graph)), targets, 'upstream')
    return [...new Set([...targets, ...reached])]
  }

  /** The same order, but makers come before those whose conditions look at what they make. */
  reorder(graph: StageGraph, order: readonly number[]): readonly number[] {
    return this.#conditions.size === 0 ? order : postOrder(this.#withWaits(graph), order)
  }

  /** What a step has to know of its condition. `placeOf`: where stages stand in the plan. */
  partOf(
    stage: number,
    needs: readonly number[],
    placeOf: ReadonlyMap<number, number>,
  ): { readonly condition: Condition | undefined; readonly waits: readonly number[] } {
    const place = placeOf.get(stage) ?? 0
    const waits = this.#makers(stage).flatMap((maker) => placeOf.get(maker) ?? [])
    const condition = this.#conditions.get(stage)
    return { condition, waits: waits.filter((wait) => wait < place && !needs.includes(wait)) }
  }

  #withWaits(graph: StageGraph): StageGraph {
    return { ...graph, producers: graph.producers.map((own, stage) => [...own, ...this.#makers(stage)]) }
  }

  #makers(stage: number): readonly number[] {
    const { makers } = this.#conditions.get(stage) ?? { makers: [] }
    return makers.flatMap((maker) => this.#graph.indexOf.get(maker) ?? [])
  }
}
