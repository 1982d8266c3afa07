import { describe, expect, test } from 'vitest'
import { failed } from '../base/result.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { parseSettings } from './parse-settings.ts'
import { defaultPolicy, type StagePolicy } from './stage-policy.ts'

const stages = ['prepare', 'train@xgb', 'train@mlp', 'report'].map((name) => stageCalled(name))

describe('what restage.yaml says', () => {
  test('an empty file and one that says nothing of a stage leave everything as it is', () => {
    const { settings } = read('')
    expect(settings).toMatchObject({ jobs: undefined, order: 'deps', deadlineMs: undefined, limits: {} })
    expect(stages.map((stage) => settings.policyOf(stage))).toEqual([undefined, undefined, undefined, undefined])
  })

  test('every setting is read, durations in ms and sizes in bytes', () => {
    const { settings } = read(`
$schema: https://example.org/restage.schema.json
jobs: 4
order: file
deadline: 8h
limits: {cpus: 8, memory: 16Gi, gpus: [0, GPU-7], tokens: {licence: 2}}
stages:
  report:
    retries: {max: 2, backoff: 30s, factor: 3, max-backoff: 1m, jitter: 0, on: [exit:75, timeout, signal:SIGTERM, "regex:Read Timeout"]}
    timeout: {after: 2h, grace: 30}
    resources: {cpus: 0.5, memory: 512Mi, gpus: 1, tokens: {licence: 1}}
    mutex: [gpu0]
    priority: -5
    env: {OMP_NUM_THREADS: 4, DEBUG: true}
    secrets: [API_KEY]
    when: params["params.yaml"].publish
`)
    expect(settings).toMatchObject({
      jobs: 4,
      order: 'file',
      deadlineMs: 28_800_000,
      limits: { cpus: 8, memory: 16 * 1024 ** 3, gpus: ['0', 'GPU-7'], tokens: { licence: 2 } },
    })
    expect(settings.policyOf(stages[3]!)).toEqual({
      retries: {
        max: 2,
        backoffMs: 30_000,
        factor: 3,
        maxBackoffMs: 60_000,
        jitter: 0,
        on: [
          { kind: 'exit', code: 75 },
          { kind: 'timeout' },
          { kind: 'signal', signal: 'SIGTERM' },
          { kind: 'log', pattern: 'Read Timeout' },
        ],
      },
      timeout: { afterMs: 7_200_000, graceMs: 30_000 },
      resources: { cpus: 0.5, memory: 512 * 1024 ** 2, gpus: 1, tokens: { licence: 1 } },
      mutex: ['gpu0'],
      priority: -5,
      env: { OMP_NUM_THREADS: '4', DEBUG: 'true' },
      secrets: ['API_KEY'],
      when: 'params["params.yaml"].publish',
    } satisfies StagePolicy)
  })

  test('a number of retries and a bare timeout are enough', () => {
    const policy = read('stages: {report: {retries: 3, timeout: 90}}').settings.policyOf(stages[3]!)
    expect(policy).toMatchObject({ retries: { ...defaultPolicy.retries, max: 3 }, timeout: { afterMs: 90_000 } })
  })

  test.each([
    ['train@xgb', [1]],
    ['train', [1, 2]],
    ['train@*', [1, 2]],
    ['dvc.yaml:report', [3]],
    ['*', [0, 1, 2, 3]],
  ])('an entry `%s` holds for the stages %j', (pattern, concerned) => {
    const { settings } = read(`stages: {"${pattern}": {priority: 7}}`)
    expect(stages.flatMap((stage, index) => (settings.policyOf(stage)?.priority === 7 ? [index] : []))).toEqual(
      concerned,
    )
  })

  test('later entries win key by key, and all of them win over what the stage says of itself', () => {
    const own = stageCalled(
      'fit',
      new Map([
        [
          'restage',
          new Map<string, bigint>([
            ['priority', 1n],
            ['retries', 4n],
          ]),
        ],
      ]),
    )
    const text = 'stages: {"f*": {priority: 2, mutex: [a]}, fit: {priority: 3}}'
    const parsed = parseSettings(text, { stages: [own], root: '/p' })
    expect(parsed.ok && parsed.value.settings.policyOf(own)).toMatchObject({
      priority: 3,
      mutex: ['a'],
      retries: { max: 4 },
    })
  })
})

describe('what is wrong', () => {
  test.each([
    ['jobs: 0', 'restage.yaml:1:7', 'in `jobs`: expected a whole number from 1, found `0`'],
    ['jobs: many', 'restage.yaml:1:7', 'in `jobs`: expected a whole number from 1, found `many`'],
    ['job: 2', 'restage.yaml:1:1', 'in `job`: key `job` is not known here; Is `jobs` meant?'],
    ['order: random', 'restage.yaml:1:8', 'in `order`: expected `deps` or `file`, found `random`'],
    ['- 1', 'restage.yaml:1:1', 'expected a map, found a list'],
    ['deadline: soon', 'restage.yaml:1:11', 'expected a duration such as `30s`, `5m` or `2h`, found `soon`'],
    ['stages:\n  report:\n    retris: 2', 'restage.yaml:3:5', 'key `retris` is not known here; Is `retries` meant?'],
    ['stages:\n  report: {retries: {max: 1, maximum: 2}}', 'restage.yaml:2:30', 'key `maximum` is not known here'],
    ['stages: {report: {retries: {backoff: 2}}}', 'restage.yaml:1:19', 'expected the key `max`'],
    [
      'stages: {report: {retries: {max: 1, on: [oom]}}}',
      'restage.yaml:1:42',
      'expected `exit:N`, `signal:NAME`, `timeout`',
    ],
    ['stages: {report: {retries: {max: 1, on: ["regex:("]}}}', 'restage.yaml:1:42', 'expected a regular expression'],
    ['stages: {report: {timeout: {after: x}}}', 'restage.yaml:1:36', 'expected a duration'],
    ['stages: {report: {resources: {memory: 8GB}}}', 'restage.yaml:1:39', 'expected a size such as `512Mi`'],
    ['stages: {report: {mutex: gpu0}}', 'restage.yaml:1:26', 'expected a list of names, found `gpu0`'],
    ['stages: {report: 3}', 'restage.yaml:1:18', 'expected a map, found `3`'],
    [
      'stages: {constructor: {priority: x}}',
      'restage.yaml:1:34',
      'in `stages.constructor.priority`: expected a whole number',
    ],
  ])('%s', (text, place, message) => {
    const [problem, ...others] = faults(text)
    expect(others).toEqual([])
    const { at } = problem!
    expect(problem!.code).toBe('CONFIG_RESTAGE_INVALID')
    expect([`${at!.file}:${at!.line}:${at!.column}`, `${problem!.message}; ${problem!.hint}`]).toEqual([
      place,
      expect.stringContaining(message),
    ])
  })

  test('everything is told at once', () => {
    expect(faults('jobs: x\norder: y\nstages: {a: {b: 1}, c: {d: 2}}')).toHaveLength(4)
  })

  test('a fault in `meta` stands where the stage does', () => {
    const own = stageCalled('fit', new Map([['restage', new Map([['retris', 1n]])]]))
    const parsed = parseSettings('', { stages: [own], root: '/p' })
    expect(parsed).toMatchObject(
      failed({
        code: 'CONFIG_RESTAGE_INVALID',
        stage: 'dvc.yaml:fit',
        hint: 'Is `retries` meant?',
        at: own.at,
      } as never),
    )
  })

  test('an entry that holds for no stage is told, with the nearest one', () => {
    expect(read('stages: {reprot: {priority: 1}}').warnings).toMatchObject([
      { code: 'CONFIG_STAGE_UNKNOWN', severity: 'warning', hint: 'Is `report` meant?', at: { line: 1, column: 10 } },
    ])
  })
})

function read(text: string) {
  const parsed = parseSettings(text, { stages, root: '/p' })
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.value
}

function faults(text: string) {
  const parsed = parseSettings(text, { stages, root: '/p' })
  return parsed.ok ? [] : parsed.problems
}

function stageCalled(name: string, meta?: Stage['meta']): Stage {
  const at = { file: 'dvc.yaml', line: 3, column: 5 }
  const family = name.includes('@') ? name.slice(0, name.indexOf('@')) : undefined
  const id = `dvc.yaml:${name}` as StageId
  const rest = { cmd: 'true', wdir: '/p', deps: [], outs: [], frozen: false, alwaysChanged: false, desc: undefined }
  return { id, file: 'dvc.yaml', name, kind: 'pipeline', ...rest, meta, family, at }
}
