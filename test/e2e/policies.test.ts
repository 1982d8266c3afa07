import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Gate, type Invocation } from '../rig/gate.ts'
import { type ProgramOptions, type Rig } from '../rig/open-rig.ts'
import { openStages } from '../rig/open-stages.ts'
import type { Program } from '../rig/program.ts'
import { living, pidsIn, until } from '../rig/processes.ts'

interface Task {
  readonly address: string
  readonly result: string
  readonly exit: number | null
}

test('a failed stage is tried again when its exit code is listed, and each attempt has a log of its own', async () => {
  const settings = 'stages: {fit: {retries: {max: 2, backoff: 10ms, on: [exit:75]}}}'
  await using rig = await openStages({ fit: { cmd: 'echo fit > fit.txt', outs: ['fit.txt'] } }, settings)
  const gate = await rig.gate()
  const program = start(rig, gate)
  ;(await gate.next(program)).exit(75)
  const second = await gate.next(program)
  second.exit(await second.run())
  expect(await endOf(program)).toMatchObject({ exitCode: 0, tasks: [{ address: 'fit', result: 'ran', exit: 0 }] })
  expect(await logsOf(rig)).toEqual(['fit.1.log', 'fit.2.log'])
})

test.each([
  ['its exit code is not listed', 'retries: {max: 2, backoff: 10ms, on: [exit:75]}', 3],
  ['it looks like lack of memory and nothing else is asked for', 'retries: {max: 2, backoff: 10ms}', 137],
])('a failed stage is not tried again if %s', async (_, policy, code) => {
  await using rig = await openStages({ fit: { cmd: 'true' } }, `stages: {fit: {${policy}}}`)
  const gate = await rig.gate()
  const program = start(rig, gate)
  ;(await gate.next(program)).exit(code)
  expect(await endOf(program)).toMatchObject({ exitCode: 1, tasks: [{ result: 'failed', exit: code }] })
})

test('a failed stage is tried again for what its log says, and fails for good after the last attempt', async () => {
  const settings = 'stages: {fit: {retries: {max: 1, backoff: 10ms, on: ["regex:Read ?Timeout"]}}}'
  await using rig = await openStages(
    { fit: { cmd: 'echo ReadTimeout: api' }, next: { cmd: 'true', deps: ['x'] } },
    settings,
  )
  const gate = await rig.gate()
  const program = start(rig, gate, ['fit'])
  for (let attempt = 1; attempt <= 2; attempt++) {
    const invocation = await gate.next(program)
    await invocation.run()
    invocation.exit(1)
  }
  expect(await endOf(program)).toMatchObject({ exitCode: 1, tasks: [{ result: 'failed', exit: 1 }] })
})

test('an attempt that takes too long is ended with all of its processes, and may be tried again', async () => {
  const command = 'echo $$ >> pids; sleep 300 & echo $! >> pids; wait'
  const settings =
    'stages: {slow: {timeout: {after: 200ms, grace: 200ms}, retries: {max: 1, backoff: 10ms, on: [timeout]}}}'
  await using rig = await openStages({ slow: { cmd: `trap '' INT TERM; ${command}` } }, settings)
  const program = rig.cli(['run', '--json'])
  const end = await endOf(program)
  expect(end).toMatchObject({ exitCode: 1, tasks: [{ result: 'failed', exit: null }] })
  expect(end.problems).toMatchObject([{ code: 'COMMAND_TIMED_OUT', stage: 'slow' }])
  const pids = pidsIn(join(rig.root, 'pids'))
  expect(pids).toHaveLength(4)
  expect(living(pids)).toEqual([])
})

test('--deadline ends the whole run with 5, and nothing is left running', async () => {
  await using rig = await openStages({
    slow: { cmd: 'echo $$ > pids; sleep 300' },
    next: { cmd: 'true' },
  })
  const end = await endOf(rig.cli(['run', '-j1', '--json', '--deadline', '500ms']))
  expect(end.exitCode).toBe(5)
  expect(living(pidsIn(join(rig.root, 'pids')))).toEqual([])
})

test('stages that share a mutex never run at the same time, and others go past them', async () => {
  const settings = 'stages: {"gpu*": {mutex: [card]}}'
  await using rig = await openStages({ gpu1: { cmd: 'true' }, gpu2: { cmd: 'true' }, free: { cmd: 'true' } }, settings)
  const gate = await rig.gate()
  const program = start(rig, gate, ['-j3'])
  const running = [await gate.next(program), await gate.next(program)]
  expect(stagesOf(running)).toEqual(['free', 'gpu1'])
  await expectNoneWaiting(gate, running)
  running.forEach((invocation) => invocation.exit(0))
  const last = await gate.next(program)
  expect(last.stage).toBe('gpu2')
  last.exit(0)
  expect((await endOf(program)).exitCode).toBe(0)
})

test('cores, memory and tokens are limits too, and a stage that asks for more cores than there are has all of them', async () => {
  const settings = `
limits: {cpus: 2, memory: 1Gi, tokens: {licence: 2}}
stages:
  big: {resources: {cpus: 8}, priority: 1}
  lic*: {resources: {cpus: 0.1, tokens: {licence: 1}}}
  lic3: {resources: {cpus: 0.1, memory: 800Mi, tokens: {licence: 1}}}
  mem: {resources: {cpus: 0.1, memory: 800Mi}}
`
  const names = ['lic1', 'lic2', 'lic3', 'mem', 'big']
  await using rig = await openStages(Object.fromEntries(names.map((name) => [name, { cmd: 'true' }])), settings)
  const gate = await rig.gate()
  const program = start(rig, gate, ['-j5'])
  const big = await gate.next(program)
  expect(big.stage).toBe('big')
  await expectNoneWaiting(gate, [big])
  big.exit(0)
  const running = [await gate.next(program), await gate.next(program), await gate.next(program)]
  expect(stagesOf(running)).toEqual(['lic1', 'lic2', 'mem'])
  await expectNoneWaiting(gate, running)
  running.forEach((invocation) => invocation.exit(0))
  ;(await gate.next(program)).exit(0)
  expect((await endOf(program)).exitCode).toBe(0)
})

test('each stage is told which device is its own', async () => {
  const stages = Object.fromEntries(
    ['a', 'b', 'c'].map((name) => [name, { cmd: `echo "$CUDA_VISIBLE_DEVICES" > ${name}.txt` }]),
  )
  const settings = 'limits: {gpus: [GPU-x, GPU-y]}\nstages: {"[ab]": {resources: {gpus: 1}}}'
  await using rig = await openStages(stages, settings)
  const gate = await rig.gate()
  const program = start(rig, gate, ['-j3'])
  const running = [await gate.next(program), await gate.next(program), await gate.next(program)]
  for (const invocation of running) await invocation.run()
  running.forEach((invocation) => invocation.exit(0))
  expect((await endOf(program)).exitCode).toBe(0)
  const read = (name: string): Promise<string> => readFile(join(rig.root, `${name}.txt`), 'utf8')
  expect([await read('a'), await read('b')].toSorted()).toEqual(['GPU-x\n', 'GPU-y\n'])
  expect(await read('c')).toBe('\n')
})

test('a higher priority starts first, and `order: file` runs the stages of one file one after the other', async () => {
  const stages = { one: { cmd: 'true' }, two: { cmd: 'true' }, three: { cmd: 'true' } }
  await using rig = await openStages(stages, 'jobs: 1\nstages: {three: {priority: 1}}')
  expect((await endOf(rig.cli(['run', '--json']))).tasks.map(({ address }) => address)).toEqual(['three', 'one', 'two'])
  await writeFile(join(rig.root, 'restage.yaml'), 'order: file')
  const gate = await rig.gate()
  const program = start(rig, gate, ['-f', '-j3'])
  for (const name of ['one', 'two', 'three']) {
    const invocation = await gate.next(program)
    expect(invocation.stage).toBe(name)
    await expectNoneWaiting(gate, [invocation])
    invocation.exit(0)
  }
  expect((await endOf(program)).exitCode).toBe(0)
})

test('`env` of a stage reaches its commands, and what dvc.yaml says in `meta` counts', async () => {
  const fit = { cmd: 'echo "$DEPTH $WIDTH" > out.txt', meta: { restage: { env: { DEPTH: 3, WIDTH: 'x' } } } }
  await using rig = await openStages({ fit })
  expect((await endOf(rig.cli(['run', '--json']))).exitCode).toBe(0)
  expect(await readFile(join(rig.root, 'out.txt'), 'utf8')).toBe('3 x\n')
})

test('a secret reaches the stages that list it and no others, and is masked in their logs', async () => {
  const show = (name: string): object => ({ cmd: `echo "[$API_KEY]"; printf '%s' "$API_KEY" | wc -c > ${name}.txt` })
  const settings = 'stages: {with: {secrets: [API_KEY]}}'
  await using rig = await openStages({ with: show('with'), without: show('without') }, settings)
  const end = await endOf(rig.cli(['run', '--json'], { env: { API_KEY: 'canary-0123456789' } }))
  expect(end.exitCode).toBe(0)
  const read = async (name: string): Promise<string> => (await readFile(join(rig.root, name), 'utf8')).trim()
  expect([await read('with.txt'), await read('without.txt')]).toEqual(['17', '0'])
  const [folder] = await readdir(join(rig.root, '.restage/runs'))
  expect(await read(`.restage/runs/${folder!}/logs/with.1.log`)).toBe('[***]')
  expect(await logsOf(rig)).toEqual(['with.1.log', 'without.1.log'])
})

test.each([
  ['a secret that is not set', 'stages: {fit: {secrets: [NO_SUCH_KEY]}}', 'CONFIG_SECRET_MISSING'],
  ['more devices than there are', 'limits: {gpus: 1}\nstages: {fit: {resources: {gpus: 2}}}', 'CONFIG_BEYOND_LIMIT'],
  ['more tokens than there are', 'stages: {fit: {resources: {tokens: {t: 2}}}}', 'CONFIG_BEYOND_LIMIT'],
  ['an unknown key', 'stages: {fit: {retrys: 2}}', 'CONFIG_RESTAGE_INVALID'],
  ['a broken file', 'stages: {', 'YAML_INVALID'],
])('%s ends a run with 251 before anything starts', async (_, settings, code) => {
  await using rig = await openStages({ fit: { cmd: 'echo > ran' } }, settings)
  const end = await endOf(rig.cli(['run', '--json']))
  expect([end.exitCode, end.problems.map((problem) => problem.code)]).toEqual([251, [code]])
  expect(existsSync(join(rig.root, 'ran'))).toBe(false)
})

test('Ctrl-C while a stage waits for its next attempt ends the run at once', async () => {
  await using rig = await openStages({ fit: { cmd: 'true' } }, 'stages: {fit: {retries: {max: 1, backoff: 1h}}}')
  const gate = await rig.gate()
  const program = rig.cli(['run'], { env: gate.env })
  const only = await gate.next(program)
  only.exit(1)
  await until(() => program.written.includes('attempt 2 in'), program)
  program.signal('SIGINT')
  expect((await program.result).exitCode).toBe(130)
})

test('a project without settings loads nothing that settings and history need', async () => {
  await using rig = await openStages({ fit: { cmd: 'unset NODE_OPTIONS; true' } })
  const refuse = join(rig.folder, 'refuse.cjs')
  // An error would be caught where history is read without its index.
  await writeFile(
    refuse,
    `const Module = require('node:module')
    const load = Module._load
    Module._load = (name, ...rest) => {
      if (/(?:^|node_modules\\/)(?:zod|libsql|@marcbachmann)(?:\\/|$)/.test(name)) {
        process.stderr.write('loaded ' + name)
        process.exit(9)
      }
      return load(name, ...rest)
    }`,
  )
  const env = { NODE_OPTIONS: `--require ${refuse}` }
  for (const args of [['run'], ['run'], ['plan'], ['status'], ['show'], ['logs', 'fit']])
    expect([args, (await rig.cli(args, { env }).result).exitCode]).toEqual([args, 0])
  await writeFile(join(rig.root, 'restage.yaml'), 'jobs: 1')
  for (const [args, name] of [
    [['run', '-f'], 'zod'],
    [['runs'], 'libsql'],
  ] as const) {
    const { stdout, stderr } = await rig.cli(args, { env }).result
    expect([args, stdout + stderr]).toEqual([args, expect.stringMatching(`loaded .*${name}`)])
  }
})

function start(rig: Rig, gate: Gate, args: readonly string[] = [], env: ProgramOptions['env'] = {}): Program {
  return rig.cli(['run', '--json', ...args], { env: { ...gate.env, ...env } })
}

async function endOf(program: Program) {
  const { exitCode, stdout, stderr } = await program.result
  if (stdout === '') throw new Error(stderr)
  const { tasks, problems } = JSON.parse(stdout) as { tasks: Task[]; problems: { code: string }[] }
  return { exitCode, tasks, problems }
}

async function logsOf(rig: Rig): Promise<readonly string[]> {
  const [folder] = await readdir(join(rig.root, '.restage/runs'))
  return (await readdir(join(rig.root, '.restage/runs', folder!, 'logs'))).toSorted()
}

function stagesOf(invocations: readonly Invocation[]): readonly string[] {
  return invocations.map(({ stage }) => stage).toSorted()
}

/** One more command would have announced itself by the time real ones were carried out and answered. */
async function expectNoneWaiting(gate: Gate, running: readonly Invocation[]): Promise<void> {
  for (const invocation of running) await invocation.run()
  expect(gate.arrived).toBe(0)
}
