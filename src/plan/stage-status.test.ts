import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Bench, openBench } from '../../test/rig/bench.ts'
import type { Stage } from '../model/stage.ts'
import type { ItemRecord, StageRecord } from '../project/record.ts'
import type { StageStatus } from './reasons.ts'
import { type ChangeRules, isChanged } from './is-changed.ts'
import { stageStatus } from './stage-status.ts'

/** Paths of the stage that most tests look at: `in.txt`, key `lr` of params.yaml, `out/` and `cmd`. */
async function openCommitted(
  overrides: Partial<Stage> = {},
): Promise<{ bench: Bench; stage: Stage } & AsyncDisposable> {
  const bench = await openBench()
  bench.write({ 'in.txt': 'one\n', 'params.yaml': 'lr: 1\nother: 2\n', 'out/a': 'a\n' })
  const stage = bench.stage(
    { name: 's', deps: ['in.txt'], params: [{ path: 'params.yaml', keys: ['lr'] }], outs: ['out'] },
    overrides,
  )
  await bench.commit(stage)
  return { bench, stage, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() }
}

async function statusOf({ bench, stage }: { bench: Bench; stage: Stage }): Promise<StageStatus> {
  const status = await stageStatus(stage, bench.records.get(stage.id), bench.workspace)
  if (!status.ok) throw new Error(JSON.stringify(status.problems))
  return status.value
}

/** Reasons as `code path:key`. */
function codes(status: StageStatus): readonly string[] {
  return status.reasons.map(({ code, path, key }) => [code, path, key].filter((part) => part !== undefined).join(' '))
}

type Change = (bench: Bench) => void

describe('a stage is changed by', () => {
  test.each<[string, Change, readonly string[], unknown, unknown]>([
    ['nothing', () => undefined, [], {}, {}],
    [
      'a dep with other content',
      (b) => b.write({ 'in.txt': 'two\n' }),
      ['dep.modified in.txt'],
      { 'in.txt': 'modified' },
      {},
    ],
    ['a dep that is gone', (b) => b.remove('in.txt'), ['dep.deleted in.txt'], { 'in.txt': 'deleted' }, {}],
    [
      'a tracked param',
      (b) => b.write({ 'params.yaml': 'lr: 2\n' }),
      ['param.changed params.yaml lr'],
      { 'params.yaml': { lr: 'modified' } },
      {},
    ],
    ['no other param', (b) => b.write({ 'params.yaml': 'lr: 1.0\nother: 9\n' }), [], {}, {}],
    [
      'a param that is gone',
      (b) => b.write({ 'params.yaml': 'x: 1\n' }),
      ['param.deleted params.yaml lr'],
      { 'params.yaml': { lr: 'deleted' } },
      {},
    ],
    [
      'a params file that is gone',
      (b) => b.remove('params.yaml'),
      ['dep.deleted params.yaml'],
      { 'params.yaml': 'deleted' },
      {},
    ],
    ['an out with other content', (b) => b.write({ 'out/b': 'b\n' }), ['out.modified out'], {}, { out: 'modified' }],
    ['an out that is gone', (b) => b.remove('out'), ['out.missing out'], {}, { out: 'deleted' }],
    [
      'an out whose data left the cache',
      (b) => b.remove('.dvc/cache'),
      ['out.not_in_cache out'],
      {},
      { out: 'not in cache' },
    ],
    [
      'an out that is a link to data that left the cache',
      (b) => {
        b.remove('.dvc/cache', 'out')
        symlinkSync('nowhere', join(b.root, 'out'))
      },
      ['out.not_in_cache out'],
      {},
      { out: 'not in cache' },
    ],
    [
      'an out that is nowhere: the cache is told first',
      (b) => b.remove('.dvc/cache', 'out'),
      ['out.not_in_cache out', 'out.missing out'],
      {},
      { out: 'not in cache' },
    ],
  ])('%s', async (_, change, reasons, deps, outs) => {
    await using made = await openCommitted()
    change(made.bench)
    const status = await statusOf(made)
    expect(codes(status)).toEqual(reasons)
    expect(plain(status.deps)).toEqual(deps)
    expect(plain(status.outs)).toEqual(outs)
    expect(isChanged(status)).toBe(reasons.length > 0)
  })

  test('another command, with both texts told', async () => {
    await using made = await openCommitted()
    const status = await statusOf({ ...made, stage: { ...made.stage, cmd: ['make s'] } })
    expect(status).toMatchObject({
      commandChanged: true,
      reasons: [{ code: 'cmd.changed', before: 'make s', after: '["make s"]' }],
    })
    expect(isChanged(status)).toBe(true)
  })

  test('an import definition that differs from its digest', async () => {
    await using made = await openCommitted({ kind: 'import', definitionMd5: 'aa' })
    const status = await statusOf({ ...made, stage: { ...made.stage, definitionMd5: 'bb' } })
    expect(status).toMatchObject({ checksumChanged: true, commandChanged: false })
  })

  test('a dep or out that dvc.yaml has and the lock has not, but not by one that only the lock has', async () => {
    await using made = await openCommitted()
    made.bench.write({ 'new.txt': '' })
    const more = made.bench.stage({ name: 's', deps: ['new.txt'], outs: ['out'] })
    expect(codes(await statusOf({ ...made, stage: more }))).toEqual(['dep.modified new.txt'])
    const less = made.bench.stage({ name: 's', outs: ['out'] })
    expect(isChanged(await statusOf({ ...made, stage: less }))).toBe(false)
  })
})

test('an out that .dvcignore hides counts as gone', async () => {
  await using bench = await openBench()
  bench.write({ '.dvcignore': 'hidden\n', hidden: 'x' })
  const status = await statusOf({ bench, stage: bench.stage({ name: 's', outs: ['hidden'] }) })
  expect(plain(status.outs)).toEqual({ hidden: 'deleted' })
})

test('without a lock entry the one reason is that there is none, but DVC still lists every item', async () => {
  await using made = await openCommitted()
  made.bench.records.clear()
  made.bench.remove('in.txt')
  const status = await statusOf(made)
  expect(codes(status)).toEqual(['lock.missing', 'dep.deleted in.txt'])
  expect(plain(status.deps)).toEqual({ 'in.txt': 'deleted', 'params.yaml': 'new' })
  expect(plain(status.outs)).toEqual({ out: 'modified' })
  expect(status.commandChanged).toBe(false)
})

describe('always changed', () => {
  test('is a stage that says so, or has neither deps nor outs', async () => {
    await using made = await openCommitted({ alwaysChanged: true })
    expect(codes(await statusOf(made))).toEqual(['always_changed'])
    const phony = made.bench.stage({ name: 'phony' })
    await made.bench.commit(phony)
    expect(isChanged(await statusOf({ ...made, stage: phony }))).toBe(true)
  })

  test('does not make a frozen stage run', async () => {
    await using made = await openCommitted({ alwaysChanged: true, frozen: true })
    const status = await statusOf(made)
    expect(status.alwaysChanged).toBe(true)
    expect(isChanged(status)).toBe(false)
  })
})

test('of a frozen stage only command and outs count', async () => {
  await using made = await openCommitted({ frozen: true })
  made.bench.write({ 'in.txt': 'two\n' })
  expect(isChanged(await statusOf(made))).toBe(false)
  made.bench.remove('out')
  expect(isChanged(await statusOf(made))).toBe(true)
})

describe('with missing data allowed', () => {
  const rules: ChangeRules = { allowMissing: true, producers: [], records: new Map() }

  test.each<[string, Change, boolean]>([
    ['an out that is gone is no change', (b) => b.remove('out'), false],
    ['an out that left the cache is no change', (b) => b.remove('.dvc/cache', 'out'), false],
    ['an out with other content is one', (b) => b.write({ 'out/b': '' }), true],
    ['a dep that is gone is no change', (b) => b.remove('in.txt'), false],
    ['a dep with other content is one', (b) => b.write({ 'in.txt': '' }), true],
    ['a params file that is gone is no change', (b) => b.remove('params.yaml'), false],
    ['a param that is gone is one', (b) => b.write({ 'params.yaml': 'x: 1' }), true],
  ])('%s', async (_, change, expected) => {
    await using made = await openCommitted()
    change(made.bench)
    expect(isChanged(await statusOf(made), rules)).toBe(expected)
  })

  test('a dep that is gone counts if its producer recorded other data', async () => {
    await using made = await openCommitted()
    const producer = made.bench.stage({ name: 'p', outs: ['in.txt'] })
    await made.bench.commit(producer)
    const same = { ...rules, producers: [producer], records: made.bench.records }
    made.bench.remove('in.txt')
    const status = await statusOf(made)
    expect(isChanged(status, same)).toBe(false)
    const record = made.bench.records.get(producer.id)!
    const other: StageRecord = { ...record, outs: record.outs.map((item) => ({ ...item, hash: 'f'.repeat(32) })) }
    expect(isChanged(status, { ...same, records: new Map([[producer.id, other]]) })).toBe(true)
  })
})

describe('hashes of DVC 2.x', () => {
  const item: ItemRecord = {
    path: 'in.txt',
    hashName: 'md5-dos2unix',
    hash: '5bbf5a52328e7439ae6e719dfe712200', // one\n
    size: 4,
    nfiles: undefined,
    isexec: false,
    extra: new Map(),
  }

  test.each([
    ['one\n', false],
    ['one\r\n', false],
    ['two\n', true],
  ])('compare text without its line ends: %j', async (text, expected) => {
    await using bench = await openBench()
    bench.write({ 'in.txt': text })
    const stage = bench.stage({ name: 's', deps: ['in.txt'] })
    bench.records.set(stage.id, { cmd: stage.cmd, deps: [item], params: new Map(), outs: [], definitionMd5: undefined })
    expect(isChanged(await statusOf({ bench, stage }))).toBe(expected)
  })
})

describe('a params file tracked whole', () => {
  test('compares all keys of file and record', async () => {
    await using bench = await openBench()
    bench.write({ 'p.yaml': 'a: 1\nb: 2\nc: 3\n' })
    const stage = bench.stage({ name: 's', params: [{ path: 'p.yaml' }] })
    await bench.commit(stage)
    bench.write({ 'p.yaml': 'd: 4\nb: 5\nc: 3.0\n' })
    const status = await statusOf({ bench, stage })
    expect(plain(status.deps)).toEqual({ 'p.yaml': { d: 'new', b: 'modified', a: 'deleted' } })
    expect(status.reasons).toContainEqual({ code: 'param.changed', path: 'p.yaml', key: 'b', before: '2', after: '5' })
  })
})

describe('a verdict cannot be given of', () => {
  test.each<[string, (bench: Bench) => Stage, string]>([
    ['data elsewhere', (b) => b.stage({ name: 's' }, { deps: [urlDep] }), 'REMOTE_UNSUPPORTED'],
    [
      'a params file that cannot be read',
      (b) => b.stage({ name: 's', params: [{ path: 'bad.yaml' }] }),
      'YAML_INVALID',
    ],
    [
      'a key that names two values',
      (b) => b.stage({ name: 's', params: [{ path: 'p.yaml', keys: ['*'] }] }),
      'PARAM_AMBIGUOUS',
    ],
    ['a whole file that is a list', (b) => b.stage({ name: 's', params: [{ path: 'l.yaml' }] }), 'PARAMS_NOT_MAPPING'],
  ])('%s', async (_, makeOne, code) => {
    await using bench = await openBench()
    bench.write({ 'bad.yaml': 'a: [', 'p.yaml': 'a: 1\nb: 2\n', 'l.yaml': '- 1\n' })
    const stage = makeOne(bench)
    const params = new Map(stage.deps.map((dep) => [dep.path, new Map()]))
    const record = { cmd: stage.cmd, deps: [], params, outs: [], definitionMd5: undefined }
    const status = await stageStatus(stage, record, bench.workspace)
    expect(status).toMatchObject({ ok: false, problems: [{ code, stage: 's' }] })
  })

  test('nothing to compare with: such a params file is new, and the stage will fail of it', async () => {
    await using bench = await openBench()
    bench.write({ 'bad.yaml': 'a: [' })
    const status = await statusOf({ bench, stage: bench.stage({ name: 's', params: [{ path: 'bad.yaml' }] }) })
    expect(plain(status.deps)).toEqual({ 'bad.yaml': 'new' })
    expect(status.faults).toMatchObject([{ code: 'YAML_INVALID', stage: 's' }])
  })
})

const urlDep = {
  kind: 'url' as const,
  path: 's3://b/k',
  target: 's3://b/k',
  artifact: { target: 's3://b/k', kind: 'file' as const },
  at: { file: 'dvc.yaml', line: 1, column: 1 },
}

/** Maps as plain objects. */
function plain(map: ReadonlyMap<string, unknown>): unknown {
  return Object.fromEntries([...map].map(([key, value]) => [key, value instanceof Map ? plain(value) : value]))
}
