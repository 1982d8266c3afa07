import { PathTrie } from '../../base/path-trie.ts'
import { isInsideOrEqual, relativeTo } from '../../base/paths.ts'
import { addressFrom } from '../../model/address.ts'
import type { Project } from '../../model/project.ts'
import type { Out, Stage } from '../../model/stage.ts'
import { buildStageGraph, depTargets, type StageGraph } from '../../model/stage-graph.ts'

/** A graph as it is shown: names of stages or outputs, and who makes what others need. */
export interface DagView {
  readonly nodes: readonly string[]
  /** From the producer to the consumer; each once. */
  readonly edges: readonly DagEdge[]
}

export interface DagEdge {
  readonly from: string
  readonly to: string
}

type StagesOf = Pick<Project, 'stages' | 'root'>

/** Stages, frozen edges included (DVC: `commands/dag.py`). */
export function stagesView(
  { stages, root }: StagesOf,
  seenFrom: string,
  graph: StageGraph = buildStageGraph(stages),
): DagView {
  const names = stages.map((stage) => addressFrom(stage, root, seenFrom))
  const edges = graph.producers.flatMap((producers, index) =>
    producers.map((producer) => ({ from: names[producer]!, to: names[index]! })),
  )
  return viewOf(names, edges)
}

/** Outputs: each is made from the outputs that its stage's deps lie on, in or above. */
export function outsView({ stages, root }: StagesOf, seenFrom: string): DagView {
  const name = (out: Out): string => shownPath(out, root, seenFrom)
  const owners = new PathTrie<string>()
  for (const stage of stages) for (const out of stage.outs) owners.add(out.target, name(out))
  const edges = stages.flatMap((stage) =>
    depTargets(stage).flatMap((target) =>
      [...owners.atOrAbove(target), ...owners.below(target)].flatMap((from) =>
        stage.outs.map((out) => ({ from, to: name(out) })),
      ),
    ),
  )
  return viewOf(
    stages.flatMap((stage) => stage.outs.map(name)),
    edges,
  )
}

/** Only the nodes that `targets` depend on, or with `full` all that hang together with them. */
export function cutAround(view: DagView, targets: readonly string[], full: boolean): DagView {
  const sources = neighbours(view.edges, 'to', 'from')
  const users = neighbours(view.edges, 'from', 'to')
  const kept = new Set(targets)
  // A set is visited in the order of insertion, later insertions included.
  for (const node of kept) {
    sources.get(node)?.forEach((source) => kept.add(source))
    if (full) users.get(node)?.forEach((user) => kept.add(user))
  }
  return viewOf(
    view.nodes.filter((node) => kept.has(node)),
    view.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  )
}

/** One node for all members of a foreach or matrix family. */
export function collapseFamilies(view: DagView, { stages, root }: StagesOf, seenFrom: string): DagView {
  const families = new Map(stages.flatMap((stage) => familyOf(stage, root, seenFrom)))
  const shown = (node: string): string => families.get(node) ?? node
  return viewOf(
    view.nodes.map(shown),
    view.edges.map(({ from, to }) => ({ from: shown(from), to: shown(to) })).filter(({ from, to }) => from !== to),
  )
}

function familyOf(stage: Stage, root: string, seenFrom: string): readonly (readonly [string, string])[] {
  if (stage.family === undefined) return []
  return [[addressFrom(stage, root, seenFrom), addressFrom({ file: stage.file, name: stage.family }, root, seenFrom)]]
}

function viewOf(nodes: readonly string[], edges: readonly DagEdge[]): DagView {
  const distinct = new Map(edges.map((edge) => [JSON.stringify([edge.from, edge.to]), edge]))
  return { nodes: [...new Set(nodes)], edges: [...distinct.values()] }
}

function neighbours(
  edges: readonly DagEdge[],
  by: keyof DagEdge,
  of: keyof DagEdge,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const edge of edges) {
    const list = found.get(edge[by])
    if (list === undefined) found.set(edge[by], [edge[of]])
    else list.push(edge[of])
  }
  return found
}

function shownPath(out: Out, root: string, seenFrom: string): string {
  return out.scheme === 'local' && isInsideOrEqual(out.target, root) ? relativeTo(seenFrom, out.target) : out.path
}

/** The parts of a graph that do not hang together, each in the order of its nodes. */
export function components(view: DagView): readonly DagView[] {
  const links = [neighbours(view.edges, 'from', 'to'), neighbours(view.edges, 'to', 'from')]
  const placed = new Set<string>()
  return view.nodes.flatMap((start) => {
    if (placed.has(start)) return []
    const part = new Set([start])
    for (const node of part) for (const link of links) link.get(node)?.forEach((other) => part.add(other))
    part.forEach((node) => placed.add(node))
    return [
      { nodes: view.nodes.filter((node) => part.has(node)), edges: view.edges.filter(({ from }) => part.has(from)) },
    ]
  })
}
