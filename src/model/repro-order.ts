import { reachableStages } from './reachable-stages.ts'
import { cutFrozen, type StageGraph } from './stage-graph.ts'

/** What a run is asked to cover. */
export interface ReproScope {
  /** Empty: all stages. */
  readonly targets: readonly number[]
  /** The whole pipelines that the targets belong to. */
  readonly pipeline: boolean
  /** The targets and what depends on them, instead of what they depend on. */
  readonly downstream: boolean
}

/** The stages of `scope` in the order in which a serial `dvc repro` handles them (DVC: `repo/reproduce.py::plan_repro`).
 * Where DVC's own order is random or the file system's, ours is by file and position. */
export function reproOrder(graph: StageGraph, scope: ReproScope): readonly number[] {
  const active = cutFrozen(graph)
  return postOrder(active, startOrder(active, scope))
}

/** The stages of `starts`, producers first: depth-first from each in turn, not leaving `starts`. */
export function postOrder(graph: StageGraph, starts: readonly number[]): readonly number[] {
  const members = new Set(starts)
  const visited = new Set<number>()
  const order: number[] = []
  const path: { readonly index: number; next: number }[] = []
  for (const start of members) {
    enter(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const producer = graph.producers[top.index]?.[top.next++]
      if (producer !== undefined) enter(producer)
      else {
        order.push(top.index)
        path.pop()
      }
    }
  }
  return order

  function enter(index: number): void {
    if (visited.has(index) || !members.has(index)) return
    visited.add(index)
    path.push({ index, next: 0 })
  }
}

// Whole pipelines come one after the other in the order of the targets, anything else by file and position.
function startOrder(graph: StageGraph, { targets, pipeline, downstream }: ReproScope): readonly number[] {
  if (targets.length === 0) return graph.stages.map((_, index) => index)
  if (!pipeline) return ascending(reachableStages(graph, targets, downstream ? 'downstream' : 'upstream'))
  const covered = new Set<number>()
  for (const target of targets) {
    if (covered.has(target)) continue
    ascending(reachableStages(graph, [target], 'both')).forEach((index) => covered.add(index))
  }
  return [...covered]
}

function ascending(indexes: Iterable<number>): readonly number[] {
  return [...indexes].sort((a, b) => a - b)
}
