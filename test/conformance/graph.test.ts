import fc from 'fast-check'
import { expect } from 'vitest'
import { findGraphProblems } from '../../src/model/find-graph-problems.ts'
import { reproOrder } from '../../src/model/repro-order.ts'
import { buildStageGraph } from '../../src/model/stage-graph.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { makeDep, makeOut, makeStage } from '../rig/make-stage.ts'

/** Stages by absolute paths, and what is asked of them. */
interface Question {
  readonly stages: readonly {
    readonly file: string
    readonly deps: readonly string[]
    readonly outs: readonly string[]
    readonly frozen: boolean
  }[]
  readonly targets: readonly number[]
  readonly mode: 'needs' | 'downstream' | 'pipeline'
}

interface Answer {
  readonly error: string | null
  /** Producers of each stage, in DVC's order. */
  readonly edges: readonly (readonly number[])[]
  readonly order: readonly number[]
}

// Stands in for DVC's stages, so that thousands of projects need no files.
const script = `
from dvc.fs import localfs
from dvc.repo.graph import build_graph
from dvc.repo.reproduce import get_active_graph, plan_repro
class Item:
    fs = localfs
    def __init__(self, stage, path): self.stage, self.fs_path = stage, path
    def __str__(self): return self.fs_path
class Stage:
    is_repo_import = is_db_import = False
    relpath = 'x'
    def __init__(self, index, file, deps, outs, frozen):
        self.index, self.path, self.frozen, self.addressing = index, '/p/' + file, frozen, str(index)
        self.deps, self.outs = [Item(self, d) for d in deps], [Item(self, o) for o in outs]
result = []
for question in data:
    stages = [Stage(i, **s) for i, s in enumerate(question['stages'])]
    try:
        graph = build_graph(stages)
    except Exception as error:
        result.append({'error': type(error).__name__, 'edges': [], 'order': []})
        continue
    order = plan_repro(get_active_graph(graph), [stages[t] for t in question['targets']],
                       pipeline=question['mode'] == 'pipeline', downstream=question['mode'] == 'downstream')
    result.append({'error': None, 'edges': [[t.index for t in graph.successors(s)] for s in stages],
                   'order': [s.index for s in order]})
`

const codes: Readonly<Record<string, string>> = {
  OutputDuplicationError: 'OUT_DUPLICATE',
  OverlappingOutputPathsError: 'OUT_OVERLAP',
  StagePathAsOutputError: 'STAGE_FILE_IN_OUT',
  CyclicGraphError: 'STAGE_CYCLE',
}

const anyPath = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 1, maxLength: 3 })
  .map((parts) => `/p/${parts.join('/')}`)

const anyStages = fc.array(
  fc.record({
    file: fc.constantFrom('dvc.yaml', 'a/dvc.yaml', 'b/x.dvc'),
    deps: fc.array(anyPath, { maxLength: 3 }),
    outs: fc.array(anyPath, { maxLength: 2 }),
    frozen: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
)

// Mostly sound projects: each stage has an out of its own and reads those of stages before it.
const soundStages = fc
  .array(fc.tuple(fc.array(fc.nat(9), { maxLength: 3 }), fc.boolean(), fc.integer({ min: 0, max: 5 })), {
    minLength: 1,
    maxLength: 10,
  })
  .map((drawn) =>
    drawn.map(([reads, isInFolder, luck], i) => ({
      file: 'dvc.yaml',
      deps: [
        ...reads.filter((j) => j < i).map((j) => `/p/o${j}${luck === 1 ? '/inner' : ''}`),
        ...(luck === 0 ? ['/p/dir'] : []),
      ],
      outs: [isInFolder && luck !== 0 ? `/p/dir/${i}` : `/p/o${i}`],
      frozen: luck === 5,
    })),
  )
  .chain((stages) => fc.shuffledSubarray(stages, { minLength: stages.length }))

const questions = fc.oneof(anyStages, soundStages).chain((stages) =>
  fc.record({
    stages: fc.constant(stages),
    targets: fc.uniqueArray(fc.nat(stages.length - 1), { maxLength: 2 }),
    mode: fc.constantFrom<Question['mode']>('needs', 'downstream', 'pipeline'),
  }),
)

liveTest('edges, order and refusals of random projects are DVC’s', (dvc) => {
  const asked: readonly Question[] = fc.sample(questions, { numRuns: 1500, seed: 3 })
  const answers = askDvc<readonly Answer[]>(dvc, script, asked)
  let inOrder = 0
  for (const [index, { stages, targets, mode }] of asked.entries()) {
    const { error, edges, order } = answers[index]!
    const graph = buildStageGraph(
      stages.map(({ file, deps, outs, frozen }, i) => {
        const items = { deps: deps.map((path) => makeDep(path)), outs: outs.map((path) => makeOut(path)) }
        return makeStage({ name: `s${i}`, file }, { ...items, frozen })
      }),
    )
    const found = findGraphProblems(graph, '/p').map(({ problem }) => problem.code)
    if (error !== null) {
      expect(found).toContain(codes[error])
      continue
    }
    expect(found).toEqual([])
    expect(graph.producers).toEqual(edges)
    const ours = reproOrder(graph, { targets, pipeline: mode === 'pipeline', downstream: mode === 'downstream' })
    expect(ours.toSorted()).toEqual(order.toSorted())
    // Smaller parts of a graph DVC walks in the order of a hash set, and each of several pipelines is such a part.
    if (2 * order.length < stages.length || (mode === 'pipeline' && targets.length > 1)) continue
    expect(ours).toEqual(order)
    inOrder++
  }
  expect(inOrder).toBeGreaterThan(300)
})
