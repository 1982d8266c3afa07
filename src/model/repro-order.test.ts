import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeStage, type StageSketch } from '../../test/rig/make-stage.ts'
import { reproOrder, type ReproScope } from './repro-order.ts'
import type { Stage } from './stage.ts'
import { buildStageGraph } from './stage-graph.ts'

// a ─▶ b ─▶ d      x ─▶ y
//  └─▶ c ─▶ ┘
const stages = [
  makeStage({ name: 'd', deps: ['c', 'b'], outs: ['d'] }),
  makeStage({ name: 'b', deps: ['a'], outs: ['b'] }),
  makeStage({ name: 'y', deps: ['x'] }),
  makeStage({ name: 'a', outs: ['a'] }),
  makeStage({ name: 'c', deps: ['a'], outs: ['c'] }),
  makeStage({ name: 'x', outs: ['x'] }),
]

function order(
  targets: readonly string[],
  scope: Partial<ReproScope> = {},
  from: readonly Stage[] = stages,
): readonly string[] {
  const indexes = targets.map((target) => from.findIndex((stage) => stage.name === target))
  const options = { targets: indexes, pipeline: false, downstream: false, ...scope }
  return reproOrder(buildStageGraph(from), options).map((index) => from[index]!.name)
}

describe('a serial run handles', () => {
  test.each<[string, readonly string[], Partial<ReproScope>, readonly string[]]>([
    ['everything, producers first, else by place', [], {}, ['a', 'c', 'b', 'd', 'x', 'y']],
    ['a target and what it needs', ['b'], {}, ['a', 'b']],
    ['targets by their place, not by when they are named', ['y', 'b'], {}, ['a', 'b', 'x', 'y']],
    ['downstream: a target and what needs it', ['b'], { downstream: true }, ['b', 'd']],
    ['the whole pipeline of a target', ['c'], { pipeline: true }, ['a', 'c', 'b', 'd']],
    ['pipelines in the order of the targets', ['x', 'a'], { pipeline: true }, ['x', 'y', 'a', 'c', 'b', 'd']],
  ])('%s', (_, targets, scope, expected) => {
    expect(order(targets, scope)).toEqual(expected)
  })

  test('nothing upstream of a frozen stage', () => {
    const frozen = stages.map((stage) => (stage.name === 'b' ? { ...stage, frozen: true } : stage))
    expect(order(['b'], {}, frozen)).toEqual(['b'])
    expect(order(['d'], {}, frozen)).toEqual(['a', 'c', 'b', 'd'])
  })
})

// Stage i depends only on stages before it, so there is no circle; then the file is shuffled.
const acyclic = fc
  .array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .map((links) =>
    links.map((list, i) =>
      sketch(
        i,
        list.filter((j) => j < i),
      ),
    ),
  )
  .chain((sketches) => fc.shuffledSubarray(sketches, { minLength: sketches.length, maxLength: sketches.length }))

function sketch(i: number, needs: readonly number[]): StageSketch {
  return { name: `s${i}`, deps: needs.map((j) => `o${j}`), outs: [`o${i}`] }
}

test('every stage comes once, after its producers, and only what the targets need comes', () => {
  fc.assert(
    fc.property(
      acyclic,
      fc.array(fc.nat(11), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (sketches, picks, downstream) => {
        const all = sketches.map((one) => makeStage(one))
        const graph = buildStageGraph(all)
        const targets = picks.filter((pick) => pick < all.length)
        if (targets.length === 0) return
        const ranks = new Map(
          reproOrder(graph, { targets, pipeline: false, downstream }).map((index, rank) => [index, rank]),
        )
        const next = downstream ? graph.consumers : graph.producers
        expect(new Set(ranks.keys())).toEqual(closure(targets, next))
        for (const [index, rank] of ranks) {
          for (const producer of graph.producers[index]!) expect(ranks.get(producer) ?? -1).toBeLessThan(rank)
        }
      },
    ),
  )
})

/** Grows until nothing is added: slow and plain. */
function closure(start: readonly number[], next: readonly (readonly number[])[]): ReadonlySet<number> {
  const found = new Set(start)
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const index of found) next[index]!.forEach((other) => found.add(other))
  }
  return found
}

test('a chain of ten thousand stages written backwards is put in order', () => {
  const count = 10_000
  const chain = Array.from({ length: count }, (_, i) =>
    makeStage({ name: `s${i}`, deps: [`o${i + 1}`], outs: [`o${i}`] }),
  )
  expect(order([], {}, chain)).toEqual(chain.map((stage) => stage.name).toReversed())
})
