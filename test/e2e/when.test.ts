import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clockTicked } from '../rig/clock-ticked.ts'
import { liveTest } from '../rig/live-dvc.ts'
import type { Rig } from '../rig/open-rig.ts'
import { openStages } from '../rig/open-stages.ts'

// deploy stands before evaluate in dvc.yaml, and the graph does not link them.
const stages = {
  train: { cmd: 'cp score.txt model.txt', deps: ['score.txt'], outs: ['model.txt'] },
  deploy: { cmd: 'cp model.txt deployed.txt', deps: ['model.txt'], outs: ['deployed.txt'] },
  report: { cmd: 'cp deployed.txt report.txt', deps: ['deployed.txt'], outs: ['report.txt'] },
  evaluate: {
    cmd: `printf '{"auc": %s}' "$(cat model.txt)" > eval.json`,
    deps: ['model.txt'],
    metrics: [{ 'eval.json': { cache: false } }],
  },
}
const when = 'metrics["eval.json"].auc > 0.8'
const settings = `stages:\n  deploy: {when: '${when}'}\n`

interface Task {
  readonly address: string
  readonly result: string
  readonly condition?: object
  readonly isWithheld?: boolean
}

describe('a condition on a metric that the same run makes', () => {
  test('is judged when its turn comes; if it is not met, the stage is skipped and the run is green', async () => {
    await using rig = await openScored('0.7')
    expect((await json<PlanJson>(rig, ['plan'])).tasks).toMatchObject([
      { address: 'train', decision: 'run' },
      { address: 'evaluate', decision: 'run' },
      {
        address: 'deploy',
        decision: 'maybe',
        needs: ['train', 'evaluate'],
        condition: { text: when, outlook: 'open' },
        reasons: [{ code: 'condition.open', condition: when, stage: 'evaluate' }, {}, {}],
      },
      { address: 'report', decision: 'run' },
    ])
    const { run, exitCode, tasks } = await json(rig, ['run'])
    const condition = { text: when, found: 'metrics["eval.json"].auc = 0.7' }
    expect([exitCode, tasks]).toEqual([
      0,
      [
        { address: 'train', result: 'ran', exit: 0 },
        { address: 'evaluate', result: 'ran', exit: 0 },
        { address: 'deploy', result: 'skipped', exit: null, condition },
        { address: 'report', result: 'blocked', exit: null, isWithheld: true },
      ],
    ])
    expect(await lockOf(rig)).not.toContain('deploy')
    expect((await json<{ tasks: Task[] }>(rig, ['show'])).tasks).toMatchObject([
      { address: 'train', result: 'ran' },
      { address: 'deploy', result: 'skipped', condition },
      { address: 'report', result: 'blocked', isWithheld: true },
      { address: 'evaluate', result: 'ran' },
    ])
    const replayed = await rig.cli(['replay', `.restage/runs/${run}/events.ndjson`]).result
    expect(replayed.stdout).toContain(`skipped by condition: ${when} (metrics["eval.json"].auc = 0.7)`)
    expect(replayed.stdout).toContain('not run: needs deploy, which was left out by condition')
    const retried = await rig.cli(['retry', '--json']).result
    expect(JSON.parse(retried.stdout)).toMatchObject({ problems: [{ code: 'NOTHING_TO_RETRY' }] })
  })

  test('the stage runs when it is met, and keeps its lock entry when it no longer is', async () => {
    await using rig = await openScored('0.9')
    expect(resultsOf(await json(rig, ['run']))).toEqual({ train: 'ran', evaluate: 'ran', deploy: 'ran', report: 'ran' })
    const entry = entryOf(await lockOf(rig), 'deploy')
    await writeFile(join(rig.root, 'score.txt'), '0.6')
    const end = await json(rig, ['run'])
    expect([end.exitCode, resultsOf(end)]).toEqual([
      0,
      { train: 'ran', evaluate: 'ran', deploy: 'skipped', report: 'skipped' },
    ])
    expect(entryOf(await lockOf(rig), 'deploy')).toBe(entry)
    expect(await readFile(join(rig.root, 'report.txt'), 'utf8')).toBe('0.9')
  })

  test('is judged by a fresh metric also if only the stage is asked for', async () => {
    await using rig = await openScored('0.9')
    await json(rig, ['run'])
    await writeFile(join(rig.root, 'score.txt'), '0.6')
    expect(resultsOf(await json(rig, ['run', 'deploy']))).toEqual({ train: 'ran', evaluate: 'ran', deploy: 'skipped' })
  })

  test('is not judged by an old metric if what makes it fails', async () => {
    const broken = { ...stages, evaluate: { ...stages.evaluate, cmd: `${stages.evaluate.cmd}; test ! -e broken` } }
    const kept = { ...broken.evaluate, metrics: [{ 'eval.json': { cache: false, persist: true } }] }
    await using rig = await openScored('0.9', settings, { ...broken, evaluate: kept })
    await json(rig, ['run'])
    await writeFile(join(rig.root, 'score.txt'), '0.95')
    await writeFile(join(rig.root, 'broken'), '')
    const end = await json(rig, ['run', '--keep-going'])
    expect([end.exitCode, resultsOf(end)]).toEqual([
      1,
      { train: 'ran', evaluate: 'failed', deploy: 'blocked', report: 'blocked' },
    ])
    expect(end.tasks.filter(({ isWithheld }) => isWithheld)).toEqual([])
  })

  test('a key that is missing when its turn comes fails the stage', async () => {
    await using rig = await openScored('0.9', settings.replace('.auc', '.accuracy'))
    const end = await json(rig, ['run'])
    expect([end.exitCode, resultsOf(end).deploy]).toEqual([1, 'failed'])
    expect(end.problems).toMatchObject([
      {
        code: 'CONDITION_NOT_JUDGED',
        stage: 'deploy',
        message: 'The condition of stage `deploy` cannot be judged: `eval.json` has no `accuracy`',
        at: { file: 'restage.yaml', line: 2, column: 18 },
      },
    ])
    const plan = await json<PlanJson>(rig, ['plan'])
    expect(plan.tasks.find(({ address }) => address === 'deploy')?.decision).toBe('blocked')
  })

  test('holds also with --force, and forces nothing', async () => {
    await using rig = await openScored('0.7')
    expect(resultsOf(await json(rig, ['run', '--force', '--force-downstream']))).toEqual({
      train: 'ran',
      evaluate: 'ran',
      deploy: 'skipped',
      report: 'blocked',
    })
  })
})

describe('a condition on a parameter', () => {
  const publish = 'params["params.yaml"].publish'
  const one = { fit: { cmd: 'echo > ran', meta: { restage: { when: publish } }, outs: ['fit.txt'] } }

  test('is judged beforehand: plan, why and the overview tell it, and nothing is loaded that has changed since', async () => {
    const fit = { ...one.fit, cmd: 'echo fit > fit.txt' }
    await using rig = await openStages({ fit })
    const set = (value: boolean): Promise<void> => writeFile(join(rig.root, 'params.yaml'), `publish: ${value}\n`)
    await set(false)
    const unmet = `its condition is not met: ${publish} (${publish} = false)`
    for (const _ of ['worked out', 'kept']) {
      expect((await say(rig, ['plan'])).trim().split('\n')).toEqual([
        `1  fit    skip      ${unmet}`,
        '',
        '     1 skipped by condition',
      ])
      expect(await say(rig, ['why', 'fit'])).toBe(`fit  skipped by condition\n└─ ${unmet}\n`)
      expect(await say(rig, [])).toContain('– 1 left out by condition')
      expect(await say(rig, ['run'])).toContain('Nothing to do.\n  skipped by condition   fit\n')
      expect(await say(rig, ['run', '--dry'])).toBe("Stage 'fit' is skipped by condition\n")
      expect((await rig.cli(['plan', '--exit-code']).result).exitCode).toBe(0)
      await clockTicked(rig.root)
    }
    expect(existsSync(join(rig.root, '.restage/runs'))).toBe(false)
    await set(true)
    expect(await say(rig, ['plan'])).toContain('1 to run')
    expect(await say(rig, ['run'])).toContain('ran 1')
    await clockTicked(rig.root)
    for (const _ of ['worked out', 'kept'])
      expect(await say(rig, ['run'])).toBe('Data and pipelines are up to date.  (1 stage checked)\n')
    await set(false)
    expect(await say(rig, ['run'])).toContain('skipped by condition   fit')
    await writeFile(join(rig.root, 'restage.yaml'), 'stages: {fit: {when: \'!params["params.yaml"].publish\'}}\n')
    expect(await say(rig, ['run'])).toBe('Data and pipelines are up to date.  (1 stage checked)\n')
  })

  test.each([
    ['an unknown name', 'metric["eval.json"].auc > 1', 'metric', 'Is `metrics` meant?'],
    ['a broken expression', 'metrics["eval.json"].auc >', 'expected an expression of CEL', 'Such as'],
    ['neither true nor false', '1 + 1', 'one of type `int`', 'Such as'],
    [
      'a file that nobody makes',
      'metrics["evals.json"].auc > 1',
      'no stage makes it',
      'Is `metrics["eval.json"]` meant?',
    ],
    ['a key that is not there', 'params["params.yaml"].publsh', 'has no `publsh`', 'Is `publish` meant?'],
    ['its own results', 'metrics["report.txt"].a > 1', 'report → report', 'made without the stage'],
    ['a circle', 'metrics["late.json"].a > 1', 'report → late → report', 'made without the stage'],
    ['no text', '', 'expected an expression', ''],
  ])('%s ends a run with 251 before anything starts, with file, line, stage and fix', async (_, text, what, fix) => {
    const late = { cmd: 'true', deps: ['report.txt'], metrics: ['late.json'] }
    const written = `stages:\n  report:\n    when: ${JSON.stringify(text)}\n`
    await using rig = await openScored('0.9', written, { ...stages, late })
    await writeFile(join(rig.root, 'params.yaml'), 'publish: true\n')
    const { exitCode, problems } = await json(rig, ['run'])
    expect(exitCode).toBe(251)
    expect(problems).toMatchObject([
      { code: 'CONFIG_RESTAGE_INVALID', at: { file: 'restage.yaml', line: 3, column: 11 } },
    ])
    expect(problems[0]!.message).toContain(what)
    expect(problems[0]!.message).toContain('stages.report.when')
    expect(problems[0]!.hint).toContain(fix)
    expect(existsSync(join(rig.root, 'model.txt'))).toBe(false)
    // A plan is shown all the same, and says what is wrong.
    const plan = await rig.cli(['plan', '--json']).result
    const told = JSON.parse(plan.stdout) as RunJson
    expect([plan.exitCode, told.tasks.length, told.problems]).toEqual([251, 5, problems])
  })
})

liveTest('conditions that are met change nothing of what is recorded, and DVC heeds none', async () => {
  await using rig = await openScored('0.9')
  await using peer = await openScored('0.9')
  await json(rig, ['run'])
  expect((await peer.dvc(['repro']).result).exitCode).toBe(0)
  expect(await lockOf(rig)).toBe(await lockOf(peer))
  await writeFile(join(rig.root, 'score.txt'), '0.6')
  await writeFile(join(peer.root, 'score.txt'), '0.6')
  expect(resultsOf(await json(rig, ['run'])).deploy).toBe('skipped')
  expect((await rig.dvc(['repro']).result).stdout).toContain("Running stage 'deploy'")
  expect((await peer.dvc(['repro']).result).exitCode).toBe(0)
  expect(await lockOf(rig)).toBe(await lockOf(peer))
  await writeFile(join(rig.root, 'score.txt'), '0.5')
  await writeFile(join(rig.root, 'restage.yaml'), '')
  expect(resultsOf(await json(rig, ['run']))).toEqual({ train: 'ran', deploy: 'ran', report: 'ran', evaluate: 'ran' })
})

interface PlanJson {
  readonly tasks: readonly { readonly address: string; readonly decision: string }[]
}

interface RunJson {
  readonly run: string
  readonly exitCode: number
  readonly tasks: readonly Task[]
  readonly problems: readonly { readonly message: string; readonly hint?: string }[]
}

async function openScored(
  score: string,
  written = settings,
  declared: Readonly<Record<string, object>> = stages,
): Promise<Rig> {
  const rig = await openStages(declared, written)
  await writeFile(join(rig.root, 'score.txt'), score)
  return rig
}

async function json<T = RunJson>(rig: Rig, args: readonly string[]): Promise<T> {
  const { stdout, stderr } = await rig.cli([...args, '--json']).result
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as T
}

async function say(rig: Rig, args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await rig.cli(args).result
  expect({ args, stderr, exitCode }).toEqual({ args, stderr: '', exitCode: 0 })
  return stdout
}

function resultsOf({ tasks }: RunJson): Readonly<Record<string, string>> {
  return Object.fromEntries(tasks.map(({ address, result }) => [address, result]))
}

function lockOf(rig: Rig): Promise<string> {
  return readFile(join(rig.root, 'dvc.lock'), 'utf8')
}

function entryOf(lock: string, stage: string): string | undefined {
  return new RegExp(`^  ${stage}:\\n(    .*\\n)+`, 'm').exec(lock)?.[0]
}
