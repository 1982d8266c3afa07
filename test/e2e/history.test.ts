import { existsSync, readdirSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Rig } from '../rig/open-rig.ts'
import { openStages } from '../rig/open-stages.ts'
import { living, pidsIn, until } from '../rig/processes.ts'
import type { Program } from '../rig/program.ts'

const chain = {
  prep: { cmd: 'echo prep > prep.txt; echo hello', outs: ['prep.txt'] },
  fit: { cmd: 'echo epoch 1; test -f go && cp prep.txt fit.txt', deps: ['prep.txt'], outs: ['fit.txt'] },
  report: { cmd: 'cp fit.txt report.txt', deps: ['fit.txt'], outs: ['report.txt'] },
}

test('a failed run is listed, shown, and its logs are printed byte for byte', async () => {
  await using rig = await openStages({ ...chain, fit: { ...chain.fit, cmd: String.raw`printf 'a\0\377\r\n'; exit 3` } })
  const { run } = await json<RunJson>(rig, ['run'])
  expect((await json<{ runs: object[] }>(rig, ['runs'])).runs).toMatchObject([
    { run, state: 'failed', exitCode: 1, failed: [{ address: 'fit', reason: { kind: 'exit', code: 3 } }] },
  ])
  expect(await json(rig, ['show', run.slice(-6)])).toMatchObject({
    run,
    tasks: [
      { address: 'prep', result: 'ran', attempts: 1, log: `.restage/runs/${run}/logs/prep.1.log` },
      { address: 'fit', result: 'failed', exit: 3 },
      { address: 'report', result: 'blocked', attempts: 0, log: null },
    ],
  })
  const log = await readFile(join(rig.root, `.restage/runs/${run}/logs/fit.1.log`))
  expect([...log]).toEqual([97, 0, 255, 13, 10])
  expect((await rig.cli(['logs', 'fit']).result).stdout).toBe(log.toString('utf8'))
  expect((await json<{ lines: string[] }>(rig, ['logs', 'last', 'prep', '--grep', '^hel'])).lines).toEqual(['hello'])
})

test('where nothing has run, or nothing has failed, that is said with what to type', async () => {
  await using rig = await openStages({ prep: chain.prep })
  const say = async (...args: readonly string[]): Promise<string> => (await rig.cli(['runs', ...args]).result).stdout
  for (const args of [[], ['--failed']])
    expect(await say(...args)).toBe('Nothing has run here yet. `restage run` brings the project up to date.\n')
  expect(await say('--name-only')).toBe('')
  const { run } = await json<RunJson>(rig, ['run'])
  expect(await say('--failed')).toBe('No run failed or was cut off. `restage runs` lists all of them.\n')
  expect(await say('--name-only')).toBe(`${run}\n`)
})

test('retry runs what failed or did not start, and nothing that is saved', async () => {
  await using rig = await openStages(chain)
  await rig.cli(['run']).result
  const failed = await rig.cli(['show']).result
  expect(failed.stdout).toContain('finished and saved   prep\n')
  expect(failed.stdout).toContain('restage retry')
  await writeFile(join(rig.root, 'go'), '')
  const { exitCode, tasks } = await json<RunJson>(rig, ['retry'])
  expect([exitCode, tasks.map(({ address, result }) => [address, result])]).toEqual([
    0,
    [
      ['prep', 'skipped'],
      ['fit', 'ran'],
      ['report', 'ran'],
    ],
  ])
  const again = await rig.cli(['retry', '--json']).result
  expect([again.exitCode, JSON.parse(again.stdout)]).toMatchObject([0, { problems: [{ code: 'NOTHING_TO_RETRY' }] }])
})

test('a run with nothing to do leaves no trace', async () => {
  await using rig = await openStages({ prep: chain.prep })
  await rig.cli(['run']).result
  const before = await readdir(join(rig.root, '.restage/runs'))
  const { run, tasks } = await json<RunJson>(rig, ['run'])
  expect(tasks).toMatchObject([{ result: 'skipped' }])
  expect(await readdir(join(rig.root, '.restage/runs'))).toEqual(before)
  expect(before).not.toContain(run)
})

test('--events writes the stream, which tells the same run again at any place', async () => {
  await using rig = await openStages(chain)
  await writeFile(join(rig.root, 'go'), '')
  const streamed = await rig.cli(['run', '--events', '-']).result
  const events = streamed.stdout.trim().split('\n')
  const parsed = events.map((line) => JSON.parse(line) as { v: number; seq: number; type: string })
  expect(parsed.map(({ v, seq }) => [v, seq])).toEqual(events.map((_, index) => [1, index + 1]))
  expect(parsed.at(-1)!.type).toBe('run-ended')
  expect(streamed.stderr).toContain('ran 3')
  await writeFile(join(rig.root, 'events.ndjson'), streamed.stdout)
  const replayed = await rig.cli(['replay', 'events.ndjson']).result
  expect(replayed.exitCode).toBe(0)
  const told = (text: string): string[] => text.split('\n').filter((line) => !line.includes('next  '))
  expect(told(replayed.stdout)).toEqual(told(streamed.stderr).filter((line) => !line.startsWith('        ')))
})

test('the history file is the stream that --events writes', async () => {
  await using rig = await openStages(chain)
  await json(rig, ['run', '--events', 'events.ndjson'])
  const [run] = await readdir(join(rig.root, '.restage/runs'))
  const stored = await readFile(join(rig.root, '.restage/runs', run!, 'events.ndjson'), 'utf8')
  const streamed = await readFile(join(rig.root, 'events.ndjson'), 'utf8')
  expect(stored.replace(/,"process":\{[^}]*\}/, '')).toBe(streamed)
})

test('a run does not fail for want of room for its events', async () => {
  await using rig = await openStages({ prep: chain.prep })
  const end = await rig.cli(['run', '--json', '--events', '/dev/full']).result
  expect([end.exitCode, JSON.parse(end.stdout)]).toMatchObject([
    0,
    { tasks: [{ result: 'ran' }], problems: [{ code: 'FILE_FAILED', severity: 'warning' }] },
  ])
})

test('cancel ends a run from another terminal, with exit code 4 and nothing left running', async () => {
  await using rig = await openStages({ slow: sleeper, next: { cmd: 'true' } })
  const { program, pids } = await startSleeper(rig)
  const asked = await rig.cli(['cancel', '--json']).result
  expect([asked.exitCode, JSON.parse(asked.stdout)]).toMatchObject([0, { address: null, how: 'gently' }])
  const { exitCode, stdout } = await program.result
  expect([exitCode, (JSON.parse(stdout) as RunJson).tasks.map(({ result }) => result)]).toEqual([
    4,
    ['cancelled', 'cancelled'],
  ])
  expect(living(pids)).toEqual([])
  expect((await json<{ runs: object[] }>(rig, ['runs'])).runs).toMatchObject([{ state: 'cancelled', exitCode: 4 }])
  expect((await rig.cli(['cancel']).result).exitCode).toBe(255)
})

test('cancel of one stage ends it and what depends on it, and the rest goes on', async () => {
  const stages = {
    slow: { ...sleeper, outs: ['slow.txt'] },
    after: { cmd: 'true', deps: ['slow.txt'] },
    other: { cmd: 'true' },
  }
  await using rig = await openStages(stages)
  const { program, pids } = await startSleeper(rig)
  expect((await rig.cli(['cancel', 'slow']).result).exitCode).toBe(0)
  const { exitCode, stdout } = await program.result
  const results = (JSON.parse(stdout) as RunJson).tasks.map(({ address, result }) => [address, result])
  expect([exitCode, Object.fromEntries(results)]).toEqual([4, { slow: 'cancelled', after: 'blocked', other: 'ran' }])
  expect(living(pids)).toEqual([])
})

test('a run that still waits for another process can be cancelled too', async () => {
  await using rig = await openStages({ wanted: { cmd: 'true', outs: ['wanted.txt'] } })
  const holder = { pid: process.pid, cmd: 'dvc repro' }
  await mkdir(join(rig.root, '.dvc/tmp'))
  await writeFile(
    join(rig.root, '.dvc/tmp/rwlock'),
    JSON.stringify({ write: { [join(rig.root, 'wanted.txt')]: holder } }),
  )
  const program = rig.cli(['run', '--json', '--lock-timeout', '3600'])
  await until(() => existsSync(join(rig.root, '.restage/runs')), program)
  await until(() => readdirSync(join(rig.root, '.restage/runs'), { recursive: true }).length > 1, program)
  expect(await rig.cli(['cancel']).result).toMatchObject({ exitCode: 0 })
  const { exitCode, stdout } = await program.result
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([4, { tasks: [{ address: 'wanted', result: 'cancelled' }] }])
})

test('logs -f prints what is written until the stage ends', async () => {
  const command = 'echo first; echo $$ > pids; while ! test -f go; do sleep 0.05; done; echo last'
  await using rig = await openStages({ slow: { cmd: command } })
  const run = rig.cli(['run'])
  await until(() => existsSync(join(rig.root, 'pids')), run)
  const logs = rig.cli(['logs', '-f', 'slow'])
  await until(() => logs.written.includes('first'), logs)
  await writeFile(join(rig.root, 'go'), '')
  expect(await logs.result).toMatchObject({ exitCode: 0, stdout: 'first\nlast\n' })
  expect((await run.result).exitCode).toBe(0)
})

test('a run that was killed is told as cut off, and half a line at the end of its events does no harm', async () => {
  await using rig = await openStages({ slow: sleeper })
  const { program, pids } = await startSleeper(rig)
  program.signal('SIGKILL')
  await program.result
  onTestFinished(() => living(pids).forEach((pid) => process.kill(pid, 'SIGKILL')))
  const [run] = await readdir(join(rig.root, '.restage/runs'))
  await appendFile(join(rig.root, '.restage/runs', run!, 'events.ndjson'), '{"v":1,"seq":9,"type":"task-en')
  expect((await json<{ runs: object[] }>(rig, ['runs', '--failed'])).runs).toMatchObject([
    { run, state: 'interrupted' },
  ])
  expect((await rig.cli(['show']).result).stdout).toContain('This run was cut off')
})

test('only as many runs are kept as restage.yaml says', async () => {
  await using rig = await openStages({ always: { cmd: 'true', always_changed: true } }, 'history: {runs: 2}')
  const runs: string[] = []
  for (let turn = 0; turn < 4; turn++) runs.push((await json<RunJson>(rig, ['run'])).run)
  expect((await readdir(join(rig.root, '.restage/runs'))).toSorted()).toEqual(runs.toSorted().slice(2))
})

test.each([
  [['show', 'zzzzzz'], 255, 'RUN_NOT_FOUND'],
  [['logs', 'last', 'pep'], 255, 'RUN_STAGE_NOT_FOUND'],
  [['logs', 'report'], 255, 'LOG_MISSING'],
  [['logs'], 254, 'USAGE_INVALID'],
  [['logs', 'prep', '--grep', '('], 254, 'USAGE_INVALID'],
  [['logs', 'prep', '--attempt', '2'], 255, 'LOG_MISSING'],
  [['replay', 'dvc.yaml'], 255, 'EVENTS_UNREADABLE'],
  [['run', '--events', '-'], 254, 'USAGE_INVALID'],
] as const)('%j ends with %d: %s', async (args, exitCode, code) => {
  await using rig = await openStages(chain)
  await rig.cli(['run']).result
  const end = await rig.cli([...args, '--json']).result
  expect([end.exitCode, JSON.parse(end.stdout)]).toMatchObject([exitCode, { exitCode, problems: [{ code }] }])
})

test('history can be read while dvc.yaml is broken, and without any run it says so', async () => {
  await using rig = await openStages(chain)
  expect((await rig.cli(['show']).result).stderr).toContain('Nothing has run here yet')
  await rig.cli(['run']).result
  await writeFile(join(rig.root, 'dvc.yaml'), 'stages: {')
  expect((await rig.cli(['show']).result).stdout).toContain('finished and saved   prep')
})

interface RunJson {
  readonly run: string
  readonly exitCode: number
  readonly tasks: readonly { readonly address: string; readonly result: string }[]
}

const sleeper = { cmd: 'echo $$ >> pids; sleep 300 & echo $! >> pids; wait' }

async function startSleeper(rig: Rig): Promise<{ readonly program: Program; readonly pids: readonly number[] }> {
  const program = rig.cli(['run', '-j1', '--json'])
  await until(() => pidsIn(join(rig.root, 'pids')).length === 2, program)
  return { program, pids: pidsIn(join(rig.root, 'pids')) }
}

async function json<T = object>(rig: Rig, args: readonly string[]): Promise<T> {
  const { stdout, stderr } = await rig.cli([...args, '--json']).result
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as T
}
