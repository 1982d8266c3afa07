import { findCycles } from '../../model/find-cycle.ts'
import type { Stage, StageId } from '../../model/stage.ts'
import { buildStageGraph, cutFrozen } from '../../model/stage-graph.ts'

/** Stages that would wait for each other because of conditions: the stage whose condition is to blame, and the circle from
 * it and back. Circles that stages form without conditions are told elsewhere. */
export function findConditionCircles(
  stages: readonly Stage[],
  makersOf: (stage: StageId) => readonly StageId[],
): readonly { readonly stage: StageId; readonly path: readonly string[] }[] {
  if (stages.every(({ id }) => makersOf(id).length === 0)) return []
  const graph = cutFrozen(buildStageGraph(stages))
  if (findCycles(graph).length > 0) return []
  const waits = stages.map(({ id }) => makersOf(id).flatMap((maker) => graph.indexOf.get(maker) ?? []))
  const producers = graph.producers.map((own, index) => [...own, ...waits[index]!])
  return findCycles({ ...graph, producers }).map((circle) => {
    const start = circle.findIndex((index, at) => waits[index]!.includes(circle[(at + 1) % circle.length]!))
    const path = [...circle.slice(start), ...circle.slice(0, start + 1)]
    return { stage: stages[path[0]!]!.id, path: path.map((index) => stages[index]!.name || stages[index]!.id) }
  })
}
