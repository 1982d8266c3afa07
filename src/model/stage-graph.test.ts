import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeStage, type StageSketch } from '../../test/rig/make-stage.ts'
import { isInsideOrEqual } from '../base/paths.ts'
import type { Stage } from './stage.ts'
import { buildStageGraph, cutFrozen } from './stage-graph.ts'

/** Names of the producers of each stage. */
function edges(stages: readonly Stage[]): Record<string, readonly string[]> {
  const graph = buildStageGraph(stages)
  return Object.fromEntries(
    stages.map((stage, index) => [stage.name, graph.producers[index]!.map((i) => stages[i]!.name)]),
  )
}

function edgesOf(...sketches: readonly StageSketch[]): Record<string, readonly string[]> {
  return edges(sketches.map((sketch) => makeStage(sketch)))
}

describe('a stage depends on the owners of outs that its deps', () => {
  test.each<[string, string, string, boolean]>([
    ['are', 'data/a', 'data/a', true],
    ['lie in', 'data', 'data/a', true],
    ['contain', 'data/a', 'data', true],
    ['contain as the root', 'data/a', '.', true],
    ['only share the first letters with', 'data', 'data2', false],
    ['only share a folder with', 'data/a', 'data/b', false],
    ['name otherwise', 'data/a', './x/../data/a', true],
  ])('%s', (_, out, dep, isLinked) => {
    const links = edgesOf({ name: 'maker', outs: [out] }, { name: 'user', deps: [dep] })
    expect(links).toEqual({ maker: [], user: isLinked ? ['maker'] : [] })
  })
})

test('producers stand in the order of the deps, for each dep outs above before outs below', () => {
  const links = edgesOf(
    { name: 'z', outs: ['lib/z'] },
    { name: 'b', outs: ['data/b'] },
    { name: 'a', outs: ['data/a/deep'] },
    { name: 'user', deps: ['data', 'lib/z/inner', 'data/b'] },
  )
  expect(links['user']).toEqual(['b', 'a', 'z'])
})

test('params files link stages like any other dep', () => {
  const stages = [
    makeStage({ name: 'tune', outs: ['params.yaml'] }),
    makeStage({ name: 'fit', params: [{ path: 'params.yaml', keys: ['lr'] }] }),
  ]
  expect(edges(stages)).toEqual({ tune: [], fit: ['tune'] })
})

test('links go across files, kinds and working directories', () => {
  const stages = [
    makeStage({ file: 'data/raw.csv.dvc', outs: ['raw.csv'] }),
    makeStage({ file: 'b/dvc.yaml', name: 's', deps: ['../data/raw.csv'] }),
  ]
  expect(buildStageGraph(stages).producers).toEqual([[], [0]])
})

test('a frozen stage keeps its dependents and loses what it depends on', () => {
  const stages = [
    makeStage({ name: 'a', outs: ['a'] }),
    makeStage({ name: 'b', deps: ['a'], outs: ['b'] }, { frozen: true }),
    makeStage({ name: 'c', deps: ['b'] }),
  ]
  const graph = cutFrozen(buildStageGraph(stages))
  expect(graph.producers).toEqual([[], [], [1]])
  expect(graph.consumers).toEqual([[], [2], []])
})

const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'))
const sketches = fc.array(
  fc.record({ deps: fc.array(path, { maxLength: 4 }), outs: fc.array(path, { maxLength: 3 }) }),
  { maxLength: 8 },
)

test('links are those that comparing every dep with every out finds', () => {
  fc.assert(
    fc.property(sketches, (list) => {
      const stages = list.map((sketch, index) => makeStage({ name: `s${index}`, ...sketch }))
      const graph = buildStageGraph(stages)
      stages.forEach((stage, index) => {
        const expected = stages.flatMap((other, at) => (dependsOn(stage, other) ? [at] : []))
        expect([...graph.producers[index]!].sort()).toEqual(expected.map(Number).sort())
      })
    }),
  )
})

function dependsOn(stage: Stage, other: Stage): boolean {
  return stage.deps.some((dep) =>
    other.outs.some(
      ({ target }) => 'target' in dep && (isInsideOrEqual(dep.target, target) || isInsideOrEqual(target, dep.target)),
    ),
  )
}

describe('ten thousand stages are linked', () => {
  const count = 10_000
  test('in a chain', () => {
    const stages = numbered(count, (i) => ({ deps: i === 0 ? [] : [`o${i - 1}`], outs: [`o${i}`] }))
    expect(buildStageGraph(stages).producers.at(-1)).toEqual([count - 2])
  })

  test('in a fan', () => {
    const stages = [...numbered(count, (i) => ({ outs: [`out/o${i}`] })), makeStage({ name: 'all', deps: ['out'] })]
    expect(buildStageGraph(stages).producers.at(-1)).toHaveLength(count)
  })

  test('in layers', () => {
    const width = 100
    const stages = numbered(count, (i) => ({
      deps: i < width ? [] : [`l${Math.floor(i / width) - 1}`],
      outs: [`l${Math.floor(i / width)}/${i}`],
    }))
    expect(buildStageGraph(stages).producers.at(-1)).toHaveLength(width)
  })
})

function numbered(count: number, sketch: (i: number) => StageSketch): readonly Stage[] {
  return Array.from({ length: count }, (_, i) => makeStage({ name: `s${i}`, ...sketch(i) }))
}
