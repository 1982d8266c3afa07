import { describe, expect, test } from 'vitest'
import { type Bench, openBench } from '../../test/rig/bench.ts'
import { makeStage } from '../../test/rig/make-stage.ts'
import { everything } from '../../test/rig/plan-request.ts'
import { ok } from '../base/result.ts'
import type { Project } from '../model/project.ts'
import type { Stage } from '../model/stage.ts'
import type { Condition } from './condition.ts'
import { explain, stageTasks } from './explain.ts'
import { type MadePlan, makePlan, type PlanRequest } from './make-plan.ts'
import type { ReproOptions } from './plan.ts'
import type { CacheView } from './workspace-view.ts'

type Ask = Partial<Omit<PlanRequest, 'options'>> & { readonly options?: Partial<ReproOptions> }

async function plan(project: Project, workspace: CacheView, ask: Ask = {}): Promise<MadePlan> {
  const whole = everything(project.root)
  const request: PlanRequest = { ...whole, ...ask, options: { ...whole.options, ...ask.options } }
  const made = await makePlan(project, workspace, request)
  if (!made.ok) throw new Error(JSON.stringify(made.problems))
  return made.value
}

/** raw.txt.dvc ─▶ clean ─▶ fit (lr) ─▶ report, all recorded. */
interface Line extends AsyncDisposable {
  readonly bench: Bench
  readonly stages: readonly Stage[]
}

async function openLine(): Promise<Line> {
  const bench = await openBench()
  bench.write({ 'raw.txt': '1', 'code.py': '1', 'params.yaml': 'lr: 1', 'clean.txt': '1', model: '1', report: '1' })
  const stages = [
    bench.stage({ file: 'raw.txt.dvc', outs: ['raw.txt'] }),
    bench.stage({ name: 'clean', deps: ['raw.txt', 'code.py'], outs: ['clean.txt'] }),
    bench.stage({ name: 'fit', deps: ['clean.txt'], params: [{ path: 'params.yaml', keys: ['lr'] }], outs: ['model'] }),
    bench.stage({ name: 'report', deps: ['model'], outs: ['report'] }),
  ]
  await bench.commit(...stages)
  return { bench, stages, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() }
}

function decisions({ plan: made }: MadePlan): string {
  return stageTasks(made.root)
    .map(({ decision }) => decision)
    .join(' ')
}

/** Reasons of the stages as `stage: code path, …`. */
function reasons({ plan: made }: MadePlan): readonly string[] {
  return stageTasks(made.root).map((task) => {
    const list = task.reasons.map(({ code, path, key, stage }) =>
      [code, path, key, stage].filter((part) => part !== undefined).join(' '),
    )
    return `${task.name}: ${list.join(', ')}`
  })
}

const outs = ['clean.txt', 'model', 'report']

describe('a plan for data, clean, fit and report, when', () => {
  test.each<[string, (line: Line) => void, Ask, string]>([
    ['nothing changed', () => undefined, {}, 'skip skip skip skip'],
    ['a param changed', ({ bench }) => bench.write({ 'params.yaml': 'lr: 2' }), {}, 'skip skip run maybe'],
    ['code changed', ({ bench }) => bench.write({ 'code.py': '2' }), {}, 'skip run maybe maybe'],
    [
      'code and a param changed',
      ({ bench }) => bench.write({ 'code.py': '2', 'params.yaml': 'lr: 2' }),
      {},
      'skip run run maybe',
    ],
    ['data was edited', ({ bench }) => bench.write({ 'raw.txt': '2' }), {}, 'verify run maybe maybe'],
    ['data is gone', ({ bench }) => bench.remove('raw.txt'), {}, 'blocked blocked blocked blocked'],
    [
      'data is gone and may be',
      ({ bench }) => bench.remove('raw.txt'),
      { options: { allowMissing: true } },
      'skip skip skip skip',
    ],
    [
      'data is gone and is pulled',
      ({ bench }) => bench.remove('raw.txt'),
      { options: { pull: true } },
      'pull maybe maybe maybe',
    ],
    ['an out is gone', ({ bench }) => bench.remove('model'), {}, 'skip skip restore maybe'],
    ['an out was edited', ({ bench }) => bench.write({ model: '2' }), {}, 'skip skip restore maybe'],
    ['all outs are gone', ({ bench }) => bench.remove(...outs), {}, 'skip restore restore restore'],
    ['all records are gone', ({ bench }) => forget(bench), {}, 'skip restore restore restore'],
    [
      'all outs and records are gone',
      ({ bench }) => (bench.remove(...outs), forget(bench)),
      {},
      'skip restore restore restore',
    ],
    [
      'records are gone and the run cache is off',
      ({ bench }) => forget(bench),
      { options: { runCache: false } },
      'skip run run run',
    ],
    ['the cache is gone', ({ bench }) => bench.remove('.dvc/cache'), {}, 'verify run run run'],
    ['everything is forced', () => undefined, { options: { force: true } }, 'verify run run run'],
    [
      'what follows a change is forced',
      ({ bench }) => bench.write({ 'params.yaml': 'lr: 2' }),
      { options: { forceDownstream: true } },
      'skip skip run run',
    ],
    ['a tracked param is gone', ({ bench }) => bench.write({ 'params.yaml': 'x: 1' }), {}, 'skip skip blocked blocked'],
    [
      'a tracked param is gone and errors are ignored',
      ({ bench }) => bench.write({ 'params.yaml': 'x: 1' }),
      { options: { onError: 'ignore' } },
      'skip skip blocked skip',
    ],
    ['params cannot be read', ({ bench }) => bench.write({ 'params.yaml': '[' }), {}, 'skip skip blocked blocked'],
  ])('%s', async (_, change, ask, expected) => {
    await using line = await openLine()
    change(line)
    expect(decisions(await plan(line.bench.project(line.stages), line.bench.workspace, ask))).toBe(expected)
  })

  function forget(bench: Bench): void {
    for (const id of [...bench.records.keys()].slice(1)) bench.records.delete(id)
  }
})

describe('a plan covers', () => {
  test.each<[string, Ask, readonly string[]]>([
    ['a target and what it needs', { allPipelines: false, targets: ['fit'] }, ['raw.txt.dvc', 'clean', 'fit']],
    ['downstream', { allPipelines: false, targets: ['fit'], downstream: true }, ['fit', 'report']],
    [
      'a pipeline',
      { allPipelines: false, targets: ['fit'], pipeline: true },
      ['raw.txt.dvc', 'clean', 'fit', 'report'],
    ],
    [
      'single stages as named',
      { allPipelines: false, targets: ['report', 'clean'], options: { singleItem: true } },
      ['report', 'clean'],
    ],
    [
      'a pipeline even with single stages asked for',
      { targets: ['fit'], options: { singleItem: true } },
      ['raw.txt.dvc', 'clean', 'fit', 'report'],
    ],
  ])('%s', async (_, ask, expected) => {
    await using line = await openLine()
    const made = await plan(line.bench.project(line.stages), line.bench.workspace, ask)
    expect(stageTasks(made.plan.root).map(({ name }) => name)).toEqual(expected)
    expect(stageTasks(made.plan.root).map(({ rank }) => rank)).toEqual(expected.map((_name, rank) => rank))
  })
})

test('reasons name what changed and the stage through which it comes', async () => {
  await using line = await openLine()
  line.bench.write({ 'code.py': '2', 'params.yaml': 'lr: 2' })
  expect(reasons(await plan(line.bench.project(line.stages), line.bench.workspace))).toEqual([
    'raw.txt.dvc: ',
    'clean: dep.modified code.py',
    'fit: param.changed params.yaml lr, upstream.ran clean.txt clean',
    'report: upstream.ran model fit',
  ])
})

test('results that come back from the run cache count for the stages after them', async () => {
  await using line = await openLine()
  const { bench, stages } = line
  // Run once with other code, then go back.
  bench.write({ 'code.py': '2', 'clean.txt': '2', model: '2', report: '2' })
  await bench.commit(...stages.slice(1))
  bench.write({ 'code.py': '1' })
  const made = await plan(bench.project(stages), bench.workspace)
  expect(decisions(made)).toBe('skip restore restore restore')
  expect(stageTasks(made.plan.root)[2]?.reasons).toMatchObject([
    { code: 'upstream.ran', path: 'clean.txt', stage: 'clean' },
  ])
})

describe('a frozen stage', () => {
  test('is left alone, with what follows, while its outs are there', async () => {
    await using line = await openLine()
    const stages = line.stages.map((stage) => (stage.name === 'fit' ? { ...stage, frozen: true } : stage))
    line.bench.write({ 'params.yaml': 'lr: 2', 'code.py': '2' })
    expect(decisions(await plan(line.bench.project(stages), line.bench.workspace))).toBe('skip run frozen skip')
  })

  test.each([
    [
      'has its outs recorded when they changed',
      (bench: Bench) => bench.write({ model: '2' }),
      'skip skip verify restore',
      undefined,
    ],
    [
      'is blocked when they are gone',
      (bench: Bench) => bench.remove('model'),
      'skip skip blocked blocked',
      'DATA_MISSING',
    ],
  ])('%s', async (_, change, expected, code) => {
    await using line = await openLine()
    const { bench } = line
    const stages = line.stages.map((stage) => (stage.name === 'fit' ? { ...stage, frozen: true } : stage))
    // The results of report for the other model are known.
    bench.write({ model: '2', report: '2' })
    await bench.commit(stages[3]!)
    bench.write({ model: '1', report: '1' })
    await bench.commit(stages[3]!)
    change(bench)
    const made = await plan(bench.project(stages), bench.workspace)
    expect(decisions(made)).toBe(expected)
    expect(stageTasks(made.plan.root)[2]?.blocked?.problems[0]?.code).toBe(code)
  })
})

describe('a stage is blocked', () => {
  test('by a missing dep, and says which stage makes it', async () => {
    await using line = await openLine()
    line.bench.remove('model', 'report')
    const ask = { allPipelines: false, targets: ['report'], options: { singleItem: true } }
    const [task] = stageTasks((await plan(line.bench.project(line.stages), line.bench.workspace, ask)).plan.root)
    expect(task).toMatchObject({
      decision: 'blocked',
      blocked: { by: [], problems: [{ code: 'DEP_MISSING', stage: 'report' }] },
    })
  })

  test('by a blocked stage, which it names', async () => {
    await using line = await openLine()
    line.bench.remove('code.py')
    const made = await plan(line.bench.project(line.stages), line.bench.workspace)
    expect(stageTasks(made.plan.root).map(({ blocked }) => blocked?.by)).toEqual([undefined, [], ['clean'], ['fit']])
  })

  test('by a working directory that nobody makes', async () => {
    await using bench = await openBench()
    const stage = bench.stage({ name: 's', outs: ['/x'] }, { wdir: `${bench.root}/nowhere` })
    const made = await plan(bench.project([stage]), bench.workspace)
    expect(stageTasks(made.plan.root)[0]?.blocked?.problems[0]?.code).toBe('WDIR_MISSING')
  })

  test('by a circle, while other stages are planned', async () => {
    await using line = await openLine()
    const circle = [
      line.bench.stage({ name: 'x', deps: ['y'], outs: ['x'] }),
      line.bench.stage({ name: 'y', deps: ['x'], outs: ['y'] }),
    ]
    line.bench.write({ 'params.yaml': 'lr: 2' })
    const made = await plan(line.bench.project([...circle, ...line.stages]), line.bench.workspace)
    expect(made.problems.map(({ code }) => code)).toEqual(['STAGE_CYCLE'])
    expect(decisions(made)).toBe('blocked blocked skip skip run maybe')
  })
})

test('an unfrozen import whose source changed is imported again', async () => {
  await using bench = await openBench()
  bench.write({ source: '1', copy: '1' })
  const stage = bench.stage(
    { file: 'copy.dvc', deps: ['source'], outs: ['copy'] },
    { kind: 'import', definitionMd5: 'aa' },
  )
  await bench.commit(stage)
  bench.write({ source: '2' })
  expect(decisions(await plan(bench.project([stage]), bench.workspace))).toBe('import')
})

test('single stages wait for each other only where they share data', async () => {
  await using line = await openLine()
  const ask = { allPipelines: false, targets: ['report', 'raw.txt.dvc', 'fit', 'clean'], options: { singleItem: true } }
  const made = await plan(line.bench.project(line.stages), line.bench.workspace, ask)
  expect(stageTasks(made.plan.root).map(({ needs }) => needs)).toEqual([[], [], ['report'], ['raw.txt.dvc', 'fit']])
})

describe('a condition', () => {
  const condition = (isMet: boolean, reads: readonly string[] = [], makers: readonly Stage[] = []): Condition => ({
    text: 'c',
    reads,
    makers: makers.map(({ id }) => id),
    judge: () => ok({ isMet, found: 'x = 1' }),
  })
  const forStage =
    (name: string, of: Condition): NonNullable<PlanRequest['conditionOf']> =>
    (stage) =>
      stage.name === name ? of : undefined

  test.each<[string, Ask, string]>([
    ['that is met changes nothing', { conditionOf: forStage('fit', condition(true)) }, 'skip skip run maybe'],
    ['that is not met skips the stage', { conditionOf: forStage('fit', condition(false)) }, 'skip skip skip skip'],
    [
      'that is not met skips the stage also by force',
      { conditionOf: forStage('fit', condition(false)), options: { force: true } },
      'verify run skip run',
    ],
  ])('%s', async (_, ask, expected) => {
    await using line = await openLine()
    line.bench.write({ 'params.yaml': 'lr: 2' })
    const made = await plan(line.bench.project(line.stages), line.bench.workspace, ask)
    expect(decisions(made)).toBe(expected)
  })

  test.each<[string, Partial<ReproOptions>]>([
    ['dependents whose deps are missing for that are withheld, and so is what follows', {}],
    ['and none of them is forced', { force: true }],
  ])('%s', async (_, asked) => {
    await using line = await openLine()
    line.bench.remove('clean.txt')
    const conditionOf = forStage('clean', condition(false))
    const { plan: made } = await plan(line.bench.project(line.stages), line.bench.workspace, {
      conditionOf,
      options: { ...asked, runCache: false },
    })
    expect(stageTasks(made.root).map(({ name, decision, blocked }) => [name, decision, blocked])).toEqual([
      ['raw.txt.dvc', asked.force ? 'verify' : 'skip', undefined],
      ['clean', 'skip', undefined],
      ['fit', 'blocked', { by: ['clean'], problems: [], isWithheld: true }],
      ['report', 'blocked', { by: ['fit'], problems: [], isWithheld: true }],
    ])
  })

  test('that rests on what a later stage makes waits for it, and ranks stay those of a serial run', async () => {
    await using bench = await openBench()
    bench.write({ in: '1' })
    const stages = [
      bench.stage({ name: 'deploy', deps: ['in'], outs: ['deployed'] }),
      bench.stage({ name: 'evaluate', deps: ['in'], outs: ['eval.json'] }),
      bench.stage({ name: 'other', deps: ['in'], outs: ['other'] }),
    ]
    const open = condition(true, [stages[1]!.outs[0]!.target], [stages[1]!])
    const conditionOf = forStage('deploy', open)
    const project = bench.project(stages)
    const all = await plan(project, bench.workspace, { conditionOf })
    expect(stageTasks(all.plan.root).map(({ name, rank, waits, decision }) => [name, rank, waits, decision])).toEqual([
      ['evaluate', 1, undefined, 'run'],
      ['deploy', 0, ['evaluate'], 'maybe'],
      ['other', 2, undefined, 'run'],
    ])
    const target = { conditionOf, allPipelines: false, targets: ['deploy'] }
    expect(decisions(await plan(project, bench.workspace, target))).toBe('run maybe')
    const alone = { ...target, options: { singleItem: true } }
    expect(decisions(await plan(project, bench.workspace, alone))).toBe('run')
    expect(explain(all.plan, 'deploy')?.cutOff).toEqual([])
  })
})

test('targets that cannot be found fail the plan', async () => {
  await using line = await openLine()
  const request = { ...everything(line.bench.root), targets: ['nope'], allPipelines: false }
  const made = await makePlan(line.bench.project(line.stages), line.bench.workspace, request)
  expect(made).toMatchObject({ ok: false, problems: [{ code: 'STAGE_NOT_FOUND' }] })
})

describe('explaining a stage', () => {
  test('leads from cause to cause to the files that changed', async () => {
    await using line = await openLine()
    line.bench.write({ 'code.py': '2', 'params.yaml': 'lr: 2' })
    const { plan: made } = await plan(line.bench.project(line.stages), line.bench.workspace)
    const explained = explain(made, 'report')
    const lines = explained?.lines.map(({ depth, cause, upstream }) => [
      depth,
      cause.kind === 'reason' ? cause.reason.code : cause.kind,
      upstream?.name,
    ])
    expect(lines).toEqual([
      [1, 'upstream.ran', 'fit'],
      [2, 'param.changed', undefined],
      [2, 'upstream.ran', 'clean'],
      [3, 'dep.modified', undefined],
    ])
    expect(explained?.cutOff).toMatchObject([{ path: 'model', stage: 'fit', hash: 'c4ca4238a0b923820dcc509a6f75849b' }])
  })

  test('expands a stage once, however many ways lead to it', async () => {
    await using bench = await openBench()
    const layers = 30
    const stages = Array.from({ length: layers * 2 }, (_, i) => {
      const layer = Math.floor(i / 2)
      return bench.stage({
        name: `s${i}`,
        deps: layer === 0 ? ['in'] : [`o${layer * 2 - 2}`, `o${layer * 2 - 1}`],
        outs: [`o${i}`],
      })
    })
    bench.write({ in: '1', ...Object.fromEntries(stages.map((_, i) => [`o${i}`, '1'])) })
    await bench.commit(...stages)
    bench.write({ in: '2' })
    const { plan: made } = await plan(bench.project(stages), bench.workspace)
    const explained = explain(made, 's59')
    expect(explained?.lines).toHaveLength(4 * (layers - 1))
    expect(explained?.lines.filter(({ isRepeated }) => isRepeated).length).toBeGreaterThan(0)
  })

  test('of no such name there is nothing', async () => {
    await using line = await openLine()
    expect(explain((await plan(line.bench.project(line.stages), line.bench.workspace)).plan, 'nope')).toBeUndefined()
  })
})

test.each([
  ['chain', (i: number) => ({ deps: [i === 0 ? 'in' : `o${i - 1}`], outs: [`o${i}`] })],
  ['fan', (i: number) => (i === 9_999 ? { deps: ['d'], outs: ['all'] } : { deps: ['in'], outs: [`d/o${i}`] })],
  [
    'layers',
    (i: number) => ({
      deps: [i < 100 ? 'in' : `l${Math.floor(i / 100) - 1}/x`],
      outs: [`l${Math.floor(i / 100)}/${i % 100 === 0 ? 'x' : i}`],
    }),
  ],
])('ten thousand stages are planned: %s', async (_, sketch) => {
  const stages = Array.from({ length: 10_000 }, (_none, i) => makeStage({ name: `s${i}`, ...sketch(i) }))
  const project: Project = { root: '/p', config: {} as Project['config'], stages, records: new Map(), problems: [] }
  const { plan: made } = await plan(project, everythingThere)
  const tasks = stageTasks(made.root)
  expect(tasks).toHaveLength(10_000)
  expect(new Set(tasks.map(({ decision }) => decision))).toEqual(new Set(['run']))
  expect(explain(made, 's9999')?.lines.length).toBeGreaterThan(0)
})

const everythingThere: CacheView = {
  root: '/p',
  exists: () => true,
  digest: async (_path, hashName) => ok({ kind: 'file', hashName, oid: 'a'.repeat(32), size: 1, isexec: false }),
  isCached: async () => false,
  refuse: () => undefined,
  lookAtUrl: async () => ok(undefined),
  revisionOf: async () => ok(''),
  runCache: { find: async () => undefined },
}
