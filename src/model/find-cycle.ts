import type { StageGraph } from './stage-graph.ts'

/** Circles of stages, each as a path from a stage to what it depends on and so on back to it, which is not repeated. One
 * circle for each knot of stages that all depend on each other; a stage that reads its own out is a circle of one. */
export function findCycles(graph: StageGraph): readonly (readonly number[])[] {
  return findKnots(graph).flatMap((knot) => {
    const first = knot.reduce((least, index) => Math.min(least, index))
    return knot.length > 1 || graph.producers[first]?.includes(first)
      ? [shortestCircle(graph, first, new Set(knot))]
      : []
  })
}

// Strongly connected components (Tarjan), without recursion: a chain of ten thousand stages is no reason to fail.
function findKnots(graph: StageGraph): readonly (readonly number[])[] {
  const knots: number[][] = []
  const entered = new Int32Array(graph.stages.length).fill(notYet)
  const lowest = new Int32Array(graph.stages.length)
  const settled = new Uint8Array(graph.stages.length)
  let count = 0
  const open: number[] = []
  const path: { readonly index: number; next: number }[] = []

  for (const start of graph.stages.keys()) {
    if (entered[start] === notYet) enter(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const producer = graph.producers[top.index]?.[top.next++]
      if (producer === undefined) leave(top.index)
      else if (entered[producer] === notYet) enter(producer)
      else if (settled[producer] === 0) lower(top.index, entered[producer]!)
    }
  }
  return knots

  function enter(index: number): void {
    entered[index] = lowest[index] = count++
    open.push(index)
    path.push({ index, next: 0 })
  }

  function leave(index: number): void {
    path.pop()
    const own = lowest[index]!
    const below = path.at(-1)
    if (below !== undefined) lower(below.index, own)
    if (own === entered[index]) closeKnot(index)
  }

  function lower(index: number, to: number): void {
    lowest[index] = Math.min(lowest[index]!, to)
  }

  function closeKnot(root: number): void {
    const knot: number[] = []
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      knot.push(index)
      settled[index] = 1
      if (index === root) break
    }
    knots.push(knot)
  }
}

const notYet = -1

// Breadth first, so that the circle shown has no detours.
function shortestCircle(graph: StageGraph, start: number, knot: ReadonlySet<number>): readonly number[] {
  const cameFrom = new Map<number, number>()
  const queue = new Set([start])
  for (const index of queue) {
    for (const producer of graph.producers[index] ?? []) {
      if (producer === start) return trace(cameFrom, index, start)
      if (!knot.has(producer) || queue.has(producer)) continue
      cameFrom.set(producer, index)
      queue.add(producer)
    }
  }
  throw new Error(`Internal error: no circle through stage ${start}`)
}

function trace(cameFrom: ReadonlyMap<number, number>, end: number, start: number): readonly number[] {
  const circle = [end]
  for (let index = end; index !== start;) {
    index = cameFrom.get(index)!
    circle.push(index)
  }
  return circle.reverse()
}
