import { groupBy } from '../base/group-by.ts'
import { PathTrie } from '../base/path-trie.ts'
import { joinPath, relativeTo } from '../base/paths.ts'
import type { Problem, SourceRange } from '../base/problem.ts'
import { addressFrom } from './address.ts'
import { findCycles } from './find-cycle.ts'
import { graphProblems } from './graph-problems.ts'
import type { Dep, Out, Stage } from './stage.ts'
import type { StageGraph } from './stage-graph.ts'

/** Something wrong between stages, and the stages concerned: none of them can run as they stand. */
export interface GraphFault {
  readonly problem: Problem
  readonly stages: readonly number[]
}

/** All that keeps stages from forming a pipeline: an output made twice, outputs inside one another, stage files inside
 * outputs, circles (DVC: `repo/graph.py`, `repo/trie.py`, which stop at the first). `root` is the DVC root. */
export function findGraphProblems(graph: StageGraph, root: string): readonly GraphFault[] {
  const outs = collectOuts(graph)
  const names: Names = {
    address: ({ stage }) => addressFrom(graph.stages[stage]!, root, root),
    out: ({ out }) => (out.scheme === 'local' ? relativeTo(root, out.target) : out.target),
  }
  const trie = new PathTrie<OwnedOut>()
  outs.forEach((owned) => trie.add(owned.out.target, owned))
  return [
    ...findDuplicates(outs, names),
    ...findOverlaps(outs, trie, names),
    ...findSwallowedFiles(graph, trie, { ...names, root }),
    ...findCycles(graph).map((circle) => describeCycle(graph, circle, root)),
  ]
}

interface OwnedOut {
  readonly out: Out
  readonly stage: number
}

function collectOuts({ stages }: StageGraph): readonly OwnedOut[] {
  return stages.flatMap((stage, index) => stage.outs.map((out) => ({ out, stage: index })))
}

/** Only what is told is named. */
interface Names {
  readonly address: (owned: OwnedOut) => string
  /** Relative to the root; a URL stays what it is. */
  readonly out: (owned: OwnedOut) => string
}

function findDuplicates(outs: readonly OwnedOut[], names: Names): readonly GraphFault[] {
  if (new Set(outs.map(({ out }) => out.target)).size === outs.length) return []
  return [...groupBy(outs, (owned) => owned.out.target).values()].flatMap((same) => {
    const second = same[1]
    if (second === undefined) return []
    const addresses = [...new Set(same.map(names.address))]
    return [fault(graphProblems.outTwice(names.out(second), addresses, second.out.at), same)]
  })
}

function findOverlaps(outs: readonly OwnedOut[], trie: PathTrie<OwnedOut>, names: Names): readonly GraphFault[] {
  const pairs = outs.flatMap((inner) => {
    const outer = trie.nearestAbove(inner.out.target)[0]
    return outer === undefined ? [] : [{ inner, outer }]
  })
  return [...groupBy(pairs, (pair) => pair.outer)].flatMap(([outer, group]) => {
    const [first] = group
    if (first === undefined) return []
    const shown = group.slice(0, 3).map(({ inner }) => ({ path: names.out(inner), stage: names.address(inner) }))
    const problem = graphProblems.outsOverlap(
      names.out(outer),
      names.address(outer),
      shown,
      group.length,
      first.inner.out.at,
    )
    return [fault(problem, [outer, ...group.map(({ inner }) => inner)])]
  })
}

// Only where the file lies counts: a stage may work in a folder that another stage makes.
function findSwallowedFiles(
  { stages }: StageGraph,
  trie: PathTrie<OwnedOut>,
  { root, ...names }: Names & { readonly root: string },
): readonly GraphFault[] {
  return [...new Set(stages.map(({ file }) => file))].flatMap((file) => {
    const swallower = trie.atOrAbove(joinPath(root, file))[0]
    if (swallower === undefined) return []
    const declared = stages.flatMap((stage, index) => (stage.file === file ? [{ stage: index }] : []))
    const [out, address] = [names.out(swallower), names.address(swallower)]
    return [fault(graphProblems.fileInsideOut(file, out, address, swallower.out.at), [swallower, ...declared])]
  })
}

function describeCycle({ stages }: StageGraph, circle: readonly number[], root: string): GraphFault {
  const members = circle.flatMap((index) => stages[index] ?? [])
  const [first, second] = members
  if (first === undefined) throw new Error('Internal error: a circle without stages')
  const addresses = members.map((stage) => addressFrom(stage, root, root))
  const dep = linkingDep(first, second ?? first)
  const at: SourceRange = dep?.at ?? first.at
  const isOwn = second === undefined
  const problem = isOwn
    ? graphProblems.ownOutput(addresses[0] ?? '', dep?.path ?? '', at)
    : graphProblems.cycle(addresses, at)
  return { problem, stages: circle }
}

/** The dep by which a stage depends on a producer. */
function linkingDep(stage: Stage, producer: Stage): Dep | undefined {
  const outs = new PathTrie<Out>()
  producer.outs.forEach((out) => outs.add(out.target, out))
  return stage.deps.find(
    (dep) => 'target' in dep && (outs.atOrAbove(dep.target).length > 0 || outs.below(dep.target).length > 0),
  )
}

function fault(problem: Problem, concerned: readonly { readonly stage: number }[]): GraphFault {
  return { problem, stages: [...new Set(concerned.map(({ stage }) => stage))] }
}
