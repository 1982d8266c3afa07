import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeStage } from '../../test/rig/make-stage.ts'
import { findCycles } from './find-cycle.ts'
import { buildStageGraph, type StageGraph } from './stage-graph.ts'

/** Stage i depends on the stages listed for it. */
function graphOf(links: readonly (readonly number[])[]): StageGraph {
  return buildStageGraph(
    links.map((list, i) => makeStage({ name: `s${i}`, deps: list.map((j) => `o${j}`), outs: [`o${i}`] })),
  )
}

describe('circles', () => {
  test.each<[string, readonly (readonly number[])[], readonly (readonly number[])[]]>([
    ['none in a diamond', [[], [0], [0], [1, 2]], []],
    ['a stage that needs its own out', [[0]], [[0]]],
    ['two stages', [[1], [0]], [[0, 1]]],
    ['the shortest way round a knot', [[1, 3], [2], [3], [0]], [[0, 3]]],
    [
      'one for each knot',
      [[1], [0], [3], [2], [0, 2]],
      [
        [2, 3],
        [0, 1],
      ],
    ],
    ['not what only leads into a circle', [[1], [2], [1]], [[1, 2]]],
  ])('%s', (_, links, expected) => {
    expect(findCycles(graphOf(links)).toSorted()).toEqual(expected.toSorted())
  })

  test('ten thousand stages in one circle', () => {
    const count = 10_000
    const [circle] = findCycles(graphOf(Array.from({ length: count }, (_, i) => [(i + 1) % count])))
    expect(circle).toHaveLength(count)
  })
})

test('a circle is a real one, and there is one exactly where stages depend on themselves in the end', () => {
  const random = fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(random, (drawn) => {
      const links = drawn.map((list) => list.filter((j) => j < drawn.length))
      const circles = findCycles(graphOf(links))
      for (const circle of circles) {
        circle.forEach((stage, at) => expect(links[stage]).toContain(circle[(at + 1) % circle.length]))
        expect(new Set(circle).size).toBe(circle.length)
      }
      // Every stage that reaches itself shares a knot with exactly one circle.
      const reach = links.map((_, from) => reached(links, from))
      const circular = links.flatMap((_, stage) => (reach[stage]!.has(stage) ? [stage] : []))
      for (const stage of circular) {
        const own = circles.filter((circle) =>
          circle.some((other) => reach[stage]!.has(other) && reach[other]!.has(stage)),
        )
        expect(own).toHaveLength(1)
      }
      if (circular.length === 0) expect(circles).toEqual([])
    }),
  )
})

/** What can be reached by one step or more. */
function reached(links: readonly (readonly number[])[], from: number): ReadonlySet<number> {
  const found = new Set<number>(links[from])
  for (const stage of found) links[stage]!.forEach((next) => found.add(next))
  return found
}
