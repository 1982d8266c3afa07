import { describe, expect, test } from 'vitest'
import { makeStage, type StageSketch } from '../../test/rig/make-stage.ts'
import { findGraphProblems } from './find-graph-problems.ts'
import { buildStageGraph } from './stage-graph.ts'

function problemsOf(...sketches: readonly StageSketch[]): readonly (readonly [string, string, readonly number[]])[] {
  const graph = buildStageGraph(sketches.map((sketch) => makeStage(sketch)))
  return findGraphProblems(graph, '/p').map(({ problem, stages }) => [problem.code, problem.message, stages])
}

describe('stages cannot run when', () => {
  test('two make the same output', () => {
    expect(problemsOf({ name: 'a', outs: ['o'] }, { name: 'b', outs: ['./o'] }, { name: 'c', outs: ['x'] })).toEqual([
      ['OUT_DUPLICATE', 'Output `o` is made by more than one stage: `a`, `b`', [0, 1]],
    ])
  })

  test('one lists an output twice', () => {
    expect(problemsOf({ name: 'a', outs: ['o', 'o'] })).toEqual([
      ['OUT_DUPLICATE', 'Output `o` stands twice in stage `a`', [0]],
    ])
  })

  test('outputs contain outputs; each container is told once', () => {
    const inner = ['d/1', 'd/2', 'd/deep/3', 'd/4']
    expect(problemsOf({ name: 'a', outs: inner }, { name: 'b', file: 'sub/dvc.yaml', outs: ['../d'] })).toEqual([
      [
        'OUT_OVERLAP',
        'Output `d` of stage `sub/dvc.yaml:b` contains other outputs: `d/1` of stage `a`, `d/2` of stage `a`, `d/deep/3` of stage `a` and 1 more',
        [1, 0],
      ],
    ])
  })

  test('outputs of one stage contain each other', () => {
    expect(problemsOf({ name: 'a', outs: ['d', 'd/x'] })).toEqual([
      ['OUT_OVERLAP', 'Output `d` of stage `a` contains other outputs: `d/x` of stage `a`', [0]],
    ])
  })

  test('a stage file lies in an output, but not when only its working directory does', () => {
    expect(problemsOf({ name: 'a', outs: ['sub'] }, { name: 'b', file: 'sub/dvc.yaml' })).toEqual([
      ['STAGE_FILE_IN_OUT', '`sub/dvc.yaml` lies inside output `sub` of stage `a`, which a run replaces', [0, 1]],
    ])
    const graph = buildStageGraph([
      makeStage({ name: 'a', outs: ['sub'] }),
      makeStage({ name: 'b' }, { wdir: '/p/sub' }),
    ])
    expect(findGraphProblems(graph, '/p')).toEqual([])
  })

  test('they depend on each other', () => {
    const [circle] = findGraphProblems(
      buildStageGraph([
        makeStage({ name: 'a', deps: ['x', 'c'], outs: ['a'] }),
        makeStage({ name: 'b', deps: ['a'], outs: ['b'] }),
        makeStage({ name: 'c', deps: ['b'], outs: ['c'] }),
      ]),
      '/p',
    )
    expect(circle?.problem).toMatchObject({
      code: 'STAGE_CYCLE',
      message: 'Stages depend on each other in a circle: a → c → b → a',
      at: { file: 'dvc.yaml' },
    })
    expect(circle?.stages).toEqual([0, 2, 1])
  })

  test.each([['o'], ['.'], ['o/inner']])('one depends on its own output by %s', (dep) => {
    expect(problemsOf({ name: 'a', deps: ['x', dep], outs: ['o'] })).toEqual([
      ['STAGE_CYCLE', `Stage \`a\` depends on what it makes itself: \`${dep}\``, [0]],
    ])
  })
})

test('all problems are reported together', () => {
  const codes = problemsOf(
    { name: 'a', outs: ['o'] },
    { name: 'b', outs: ['o'] },
    { name: 'c', outs: ['d'] },
    { name: 'd', outs: ['d/x'] },
    { name: 'e', deps: ['f'], outs: ['e'] },
    { name: 'f', deps: ['e'], outs: ['f'] },
    { name: 'g', deps: ['g'], outs: ['g'] },
  ).map(([code]) => code)
  expect(codes).toEqual(['OUT_DUPLICATE', 'OUT_OVERLAP', 'STAGE_CYCLE', 'STAGE_CYCLE'])
})

test('a long circle is cut short in words', () => {
  const circle = Array.from({ length: 50 }, (_, i) => ({ name: `s${i}`, deps: [`o${(i + 1) % 50}`], outs: [`o${i}`] }))
  const [[, message] = []] = problemsOf(...circle)
  expect(message).toBe(
    'Stages depend on each other in a circle: s0 → s1 → s2 → s3 → s4 → s5 → s6 → s7 → s8 → … → s49 → s0',
  )
})

test('ten thousand outputs in one output are one problem', () => {
  const inner = Array.from({ length: 10_000 }, (_, i) => ({ name: `s${i}`, outs: [`d/${i}`] }))
  expect(problemsOf(...inner, { name: 'all', outs: ['d'] })).toHaveLength(1)
})
