import { expect, test } from 'vitest'
import { type Bench, openBench } from '../../test/rig/bench.ts'
import type { Stage } from '../model/stage.ts'
import { projectStatus, toDvcStatus } from './project-status.ts'

interface Changed extends AsyncDisposable {
  readonly bench: Bench
  readonly stages: readonly Stage[]
}

/** `s` in sub/ has changed in every way, `clean` in none. */
async function openChanged(): Promise<Changed> {
  const bench = await openBench()
  bench.write({ in: '1', 'sub/p.yaml': 'a: 1\nb: 2', 'sub/out': '1', 'sub/gone': '1', ok: '1' })
  const s = bench.stage({
    file: 'sub/dvc.yaml',
    name: 's',
    deps: ['../in'],
    params: [{ path: 'p.yaml' }],
    outs: ['out', 'gone'],
  })
  const clean = bench.stage({ name: 'clean', outs: ['ok'] })
  await bench.commit(s, clean)
  bench.write({ in: '2', 'sub/p.yaml': 'a: 2\nc: 3', 'sub/out': '2' })
  bench.remove('sub/gone')
  const stages = [{ ...s, cmd: 'other', alwaysChanged: true }, clean]
  return { bench, stages, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() }
}

test('status has the shape of `dvc status --json`, stages that are up to date left out', async () => {
  await using made = await openChanged()
  const { root, workspace } = made.bench
  const reports = await projectStatus(
    made.bench.project(made.stages),
    workspace,
    made.stages.map((stage) => ({ stage })),
  )
  expect(toDvcStatus(reports, { root, cwd: root })).toEqual({
    'sub/dvc.yaml:s': [
      { 'changed deps': { in: 'modified', 'sub/p.yaml': { a: 'modified', b: 'deleted', c: 'new' } } },
      { 'changed outs': { 'sub/out': 'modified', 'sub/gone': 'deleted' } },
      'always changed',
      'changed command',
    ],
  })
})

test('addresses and paths are as seen from the working directory', async () => {
  await using made = await openChanged()
  const { root, workspace } = made.bench
  const reports = await projectStatus(
    made.bench.project(made.stages),
    workspace,
    made.stages.map((stage) => ({ stage })),
  )
  const seen = toDvcStatus(reports, { root, cwd: `${root}/sub` })
  expect(seen['s']).toContainEqual({
    'changed deps': { '../in': 'modified', 'p.yaml': { a: 'modified', b: 'deleted', c: 'new' } },
  })
})

test('a selected output stands for itself', async () => {
  await using made = await openChanged()
  const { root, workspace } = made.bench
  const selection = [{ stage: made.stages[0]!, inside: `${root}/sub/gone/deeper` }]
  const reports = await projectStatus(made.bench.project(made.stages), workspace, selection)
  expect(toDvcStatus(reports, { root, cwd: root })['sub/dvc.yaml:s']).toContainEqual({
    'changed outs': { 'sub/gone': 'deleted' },
  })
})

test('one stage that cannot be judged does not hide the others', async () => {
  await using made = await openChanged()
  const { root, workspace } = made.bench
  made.bench.write({ 'sub/p.yaml': '[' })
  made.bench.remove('ok')
  const reports = await projectStatus(
    made.bench.project(made.stages),
    workspace,
    made.stages.map((stage) => ({ stage })),
  )
  expect(reports[0]?.status).toMatchObject({ ok: false, problems: [{ stage: 'sub/dvc.yaml:s' }] })
  expect(toDvcStatus(reports, { root, cwd: root })).toEqual({ clean: [{ 'changed outs': { ok: 'deleted' } }] })
})
