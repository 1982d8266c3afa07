import type { StageGraph } from './stage-graph.ts'

/** `from` and everything that can be reached from it, following the producers of deps (upstream), the consumers of outs
 * (downstream), or both (the pipelines that `from` belongs to). */
export function reachableStages(
  graph: StageGraph,
  from: Iterable<number>,
  direction: 'upstream' | 'downstream' | 'both',
): ReadonlySet<number> {
  const reached = new Set(from)
  // A set is visited in the order of insertion, later insertions included.
  for (const index of reached) {
    if (direction !== 'downstream') graph.producers[index]?.forEach((producer) => reached.add(producer))
    if (direction !== 'upstream') graph.consumers[index]?.forEach((consumer) => reached.add(consumer))
  }
  return reached
}
