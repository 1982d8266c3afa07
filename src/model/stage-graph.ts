import { PathTrie } from '../base/path-trie.ts'
import type { Stage, StageId } from './stage.ts'

/** Which stages make what other stages need. Stages go by their index in `stages`. */
export interface StageGraph {
  readonly stages: readonly Stage[]
  readonly indexOf: ReadonlyMap<StageId, number>
  /** Of each stage: the stages that make its deps, each once, in the order in which DVC follows them. */
  readonly producers: readonly (readonly number[])[]
  /** Of each stage: the stages that need its outs, ascending. */
  readonly consumers: readonly (readonly number[])[]
}

/** Links each stage to the owners of all outs that its deps equal, lie in or contain (DVC: `repo/graph.py::build_graph`).
 * It can be built of a broken project too: circles and overlapping outs are for `findGraphProblems`.
 * Takes time in proportion to paths and edges. */
export function buildStageGraph(stages: readonly Stage[]): StageGraph {
  const owners = new PathTrie<number>()
  stages.forEach((stage, index) => stage.outs.forEach((out) => owners.add(out.target, index)))
  return graphOf(
    stages,
    stages.map((stage) => producersOf(stage, owners)),
  )
}

/** The graph a run walks: nothing upstream is run on behalf of a frozen stage
 * (DVC: `repo/reproduce.py::get_active_graph`). */
export function cutFrozen(graph: StageGraph): StageGraph {
  if (!graph.stages.some((stage) => stage.frozen)) return graph
  return graphOf(
    graph.stages,
    graph.producers.map((producers, index) => (graph.stages[index]?.frozen ? [] : producers)),
  )
}

/** Where the data of a stage's deps lies. Imports from another repository or a database and `ds://` deps have no place
 * that a stage could write. */
export function depTargets(stage: Stage): readonly string[] {
  if (stage.deps.length === 0) return noTargets
  return stage.deps.flatMap((dep) => ('target' in dep ? [dep.target] : []))
}

const noTargets: readonly string[] = []

function producersOf(stage: Stage, owners: PathTrie<number>): readonly number[] {
  const targets = depTargets(stage)
  if (targets.length === 0) return none
  const producers = new Set<number>()
  for (const target of targets) {
    owners.atOrAbove(target).forEach((owner) => producers.add(owner))
    owners.below(target).forEach((owner) => producers.add(owner))
  }
  return [...producers]
}

function graphOf(stages: readonly Stage[], producers: readonly (readonly number[])[]): StageGraph {
  const consumers = new Map<number, number[]>()
  producers.forEach((list, index) => list.forEach((producer) => push(consumers, producer, index)))
  const indexOf = new Map<StageId, number>()
  stages.forEach((stage, index) => indexOf.set(stage.id, index))
  return { stages, indexOf, producers, consumers: stages.map((_, index) => consumers.get(index) ?? none) }
}

const none: readonly number[] = []

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
