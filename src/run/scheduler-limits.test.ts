import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { schedule, type SchedulerEvent } from './scheduler.ts'
import { createScheduler, type SchedulableTask, type SchedulerLimits } from './scheduler-state.ts'
import { formatTaskId } from './task-id.ts'

const limits: SchedulerLimits = { jobs: 9, onError: 'keep-going', forceDownstream: false }

describe('what decides who starts', () => {
  test('priority, then the longest remaining path, then the serial order', () => {
    const tasks = [
      { expectedMs: 10 },
      { expectedMs: 30 },
      { priority: 1 },
      { expectedMs: 5 },
      { needs: [3], expectedMs: 90 },
    ]
    expect(startsOf(tasks, { ...limits, jobs: 1 })).toEqual([2, 3, 4, 1, 0])
  })

  test('what was never timed counts as an average task', () => {
    expect(startsOf([{ expectedMs: 10 }, {}, { expectedMs: 30 }], { ...limits, jobs: 1 })).toEqual([2, 1, 0])
  })

  test('stages that share a mutex run one after the other, and others go past them', () => {
    const held = [{ pool: 'mutex:gpu0', amount: 1 }]
    const core = new Core([{ uses: held }, { uses: held }, {}], { ...limits, pools: { 'mutex:gpu0': 1 } })
    expect(core.running).toEqual([0, 2])
    core.tell({ type: 'task-ended', task: 0, result: 'failed' })
    expect(core.running).toEqual([1, 2])
  })

  test('a large task is not starved by small ones that would still fit', () => {
    const cpus = (amount: number): Partial<SchedulableTask> => ({ uses: [{ pool: 'cpus', amount }] })
    const core = new Core([cpus(1), cpus(4), cpus(1)], { ...limits, pools: { cpus: 4 } })
    expect(core.running).toEqual([0])
    core.tell({ type: 'task-ended', task: 0, result: 'ran' })
    expect(core.running).toEqual([1])
  })

  test('a follower waits for what is before it to be over, however that ended', () => {
    const core = new Core([{}, { after: [0] }, { needs: [0] }, { after: [2] }], limits)
    expect(core.running).toEqual([0])
    core.tell({ type: 'task-ended', task: 0, result: 'failed' })
    expect(core.running).toEqual([1, 3])
    expect(core.settled.get(2)).toBe('blocked')
  })
})

describe('a task whose commands have ended', () => {
  const end = (core: Core, task: number): void => core.tell({ type: 'commands-ended', task })

  test('gives its place to the next while its results are recorded, and keeps what it holds', () => {
    const held = [{ pool: 'mutex:db', amount: 1 }]
    const core = new Core([{ uses: held }, {}, { uses: held }, {}], { ...limits, jobs: 2, pools: { 'mutex:db': 1 } })
    expect(core.running).toEqual([0, 1])
    end(core, 0)
    expect(core.running).toEqual([1, 3])
    end(core, 1)
    expect(core.running).toEqual([3])
    core.tell({ type: 'task-ended', task: 0, result: 'ran' })
    expect(core.running).toEqual([2, 3])
  })

  test('keeps its place where stages come one by one, and where as many are recorded as may run', () => {
    const one = new Core([{}, {}], { ...limits, jobs: 1 })
    end(one, 0)
    expect(one.running).toEqual([0])
    const two = new Core([{}, {}, {}, {}, {}], { ...limits, jobs: 2 })
    for (const task of [0, 1, 2]) end(two, task)
    expect(two.running).toEqual([2, 3])
  })

  test('starts what depends on it only when it is recorded', () => {
    const core = new Core([{}, { needs: [0] }], limits)
    end(core, 0)
    expect(core.running).toEqual([])
    core.tell({ type: 'task-ended', task: 0, result: 'ran' })
    expect(core.running).toEqual([1])
  })
})

describe('a failed attempt', () => {
  const backoff = { max: 3, backoffMs: 100, factor: 3, maxBackoffMs: 500, jitter: 0.5 }

  test('is tried again after longer and longer waits, up to a limit, and then has failed', () => {
    const core = new Core([{ backoff }, { needs: [0] }], limits)
    const waits = [0.5, 0.5, 0.5, 0.5].map((luck) => {
      core.tell({ type: 'attempt-failed', task: 0, luck })
      const wait = core.wait
      core.tell({ type: 'wait-ended', task: 0 })
      return wait
    })
    expect(waits).toEqual([100, 300, 500, undefined])
    expect(core.settled.get(1)).toBe('blocked')
    expect(core.isFinished).toBe(true)
  })

  test.each([
    [0, 50],
    [1, 150],
  ])('waits longer or shorter by chance: luck %d gives %d ms', (luck, ms) => {
    const core = new Core([{ backoff }], limits)
    core.tell({ type: 'attempt-failed', task: 0, luck })
    expect(core.wait).toBe(ms)
  })

  test('gives its place to others while it waits, and takes one when it is free', () => {
    const core = new Core([{ backoff }, {}], { ...limits, jobs: 1 })
    core.tell({ type: 'attempt-failed', task: 0, luck: 0.5 })
    expect(core.running).toEqual([1])
    core.tell({ type: 'wait-ended', task: 0 })
    expect(core.running).toEqual([1])
    core.tell({ type: 'task-ended', task: 1, result: 'ran' })
    expect(core.running).toEqual([0])
  })

  test('is tried again although another task has failed for good: it had begun', () => {
    const core = new Core([{ backoff }, {}, {}], { ...limits, jobs: 2, onError: 'fail' })
    core.tell({ type: 'attempt-failed', task: 0, luck: 0.5 })
    core.tell({ type: 'task-ended', task: 1, result: 'failed' })
    core.tell({ type: 'task-ended', task: 2, result: 'ran' })
    expect(core.isFinished).toBe(false)
    core.tell({ type: 'wait-ended', task: 0 })
    expect(core.running).toEqual([0])
  })

  test('is not tried again once the run is asked to stop', () => {
    const core = new Core([{ backoff }, { backoff }], limits)
    core.tell({ type: 'attempt-failed', task: 0, luck: 0.5 })
    core.tell({ type: 'stop-requested' })
    core.tell({ type: 'attempt-failed', task: 1, luck: 0.5 })
    expect([core.settled.get(0), core.wait, core.isFinished]).toEqual(['cancelled', undefined, true])
  })
})

test('a task that is cancelled before it starts blocks what depends on it and nothing else', () => {
  const core = new Core([{}, {}, { needs: [1] }], { ...limits, jobs: 1, onError: 'fail' })
  core.tell({ type: 'cancel-requested', task: 1 })
  core.tell({ type: 'cancel-requested', task: 0 })
  expect([...core.settled]).toEqual([
    [1, 'cancelled'],
    [2, 'blocked'],
  ])
  core.tell({ type: 'task-ended', task: 0, result: 'ran' })
  expect(core.isFinished).toBe(true)
})

test(
  '1,000 random sets of tasks never exceed a limit, never stand still, and end each task once',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(taskSet(), fc.infiniteStream(fc.nat()), ({ tasks, limitsOf }, choices) => {
        playOut(tasks, limitsOf, () => Number(choices.next().value))
      }),
      { numRuns: 1000 },
    )
  },
)

function playOut(tasks: readonly Partial<SchedulableTask>[], limitsOf: SchedulerLimits, choose: () => number): void {
  const core = new Core(tasks, limitsOf)
  const pick = (from: readonly number[]): number => from[choose() % from.length]!
  // Each round ends the commands of an attempt, ends or repeats it, or ends a wait: more than these there cannot be.
  const most = 3 * tasks.reduce((sum, task) => sum + 1 + (task.backoff?.max ?? 0), 0) + 2
  for (let round = 0; !core.isFinished; round++) {
    expect(round).toBeLessThanOrEqual(most)
    expect(core.running.length + core.recording.length + core.waiting.length).toBeGreaterThan(0)
    core.expectWithinLimits()
    const chance = choose() % 40
    if (chance === 0) core.tell({ type: 'stop-requested' })
    else if (chance === 1) core.tell({ type: 'cancel-requested', task: choose() % tasks.length })
    if (core.isFinished) break
    const underWay = [...core.running, ...core.recording]
    if (core.waiting.length > 0 && (underWay.length === 0 || chance % 2 === 0))
      core.tell({ type: 'wait-ended', task: pick(core.waiting) })
    else if (chance < 14) core.tell({ type: 'attempt-failed', task: pick(underWay), luck: 0.5 })
    else if (chance < 26 && core.toEnd.length > 0) core.tell({ type: 'commands-ended', task: pick(core.toEnd) })
    else core.tell({ type: 'task-ended', task: pick(underWay), result: chance < 18 ? 'failed' : 'ran' })
  }
  expect(core.settled.size).toBe(tasks.length)
  expect(core.free).toEqual(limitsOf.pools)
}

function taskSet() {
  const pool = fc.constantFrom('cpus', 'memory', 'mutex:a', 'mutex:b')
  const task = fc.record({
    needs: fc.array(fc.nat(), { maxLength: 3 }),
    after: fc.array(fc.nat(), { maxLength: 1 }),
    priority: fc.integer({ min: -1, max: 1 }),
    expectedMs: fc.option(fc.nat(100), { nil: undefined }),
    uses: fc.uniqueArray(fc.record({ pool, amount: fc.nat(4) }), { maxLength: 3, selector: (use) => use.pool }),
    retries: fc.nat(2),
  })
  const size = fc.record({
    jobs: fc.integer({ min: 1, max: 5 }),
    cpus: fc.integer({ min: 1, max: 6 }),
    memory: fc.integer({ min: 1, max: 6 }),
    onError: fc.constantFrom<SchedulerLimits['onError']>('fail', 'keep-going', 'ignore'),
    forceDownstream: fc.boolean(),
  })
  return fc.tuple(fc.array(task, { minLength: 1, maxLength: 14 }), size).map(([list, { cpus, memory, ...rest }]) => {
    const pools: Record<string, number> = { cpus, memory, 'mutex:a': 1, 'mutex:b': 1 }
    const earlier = (of: readonly number[], index: number): number[] =>
      index === 0 ? [] : [...new Set(of.map((other) => other % index))]
    const tasks = list.map(({ needs, after, uses, retries, expectedMs, priority }, index) => ({
      needs: earlier(needs, index),
      after: earlier(after, index),
      priority,
      ...(expectedMs === undefined ? {} : { expectedMs }),
      uses: uses.map((use) => ({ ...use, amount: Math.min(use.amount, pools[use.pool]!) })),
      backoff: { max: retries, backoffMs: 10, factor: 2, maxBackoffMs: 100, jitter: 0 },
    }))
    return { tasks, limitsOf: { ...rest, pools } }
  })
}

/** The core with somebody who keeps its books: which tasks run, wait for another attempt, and have ended. */
class Core {
  readonly settled = new Map<number, string>()
  readonly #tasks: readonly SchedulableTask[]
  readonly #limits: SchedulerLimits
  readonly #running = new Set<number>()
  readonly #recording = new Set<number>()
  readonly #ended = new Set<number>()
  readonly #waiting = new Set<number>()
  #state
  isFinished = false
  /** Of the latest `wait`, in ms. */
  wait: number | undefined

  constructor(tasks: readonly Partial<SchedulableTask>[], limitsOf: SchedulerLimits) {
    this.#tasks = tasks.map((task, rank) => ({
      id: formatTaskId([{ name: `t${rank}` }]),
      needs: [],
      rank,
      forced: false,
      ...task,
    }))
    this.#limits = limitsOf
    this.#state = createScheduler(this.#tasks, limitsOf)
    this.tell({ type: 'run-started' })
  }

  get running(): readonly number[] {
    return [...this.#running].toSorted((a, b) => a - b)
  }

  get recording(): readonly number[] {
    return [...this.#recording]
  }

  /** Those that run and have commands to end. */
  get toEnd(): readonly number[] {
    return this.running.filter((task) => !this.#ended.has(task))
  }

  get waiting(): readonly number[] {
    return [...this.#waiting]
  }

  get free() {
    return this.#state.free
  }

  tell(event: SchedulerEvent): void {
    if (event.type === 'task-ended') this.#settle(event.task, event.result)
    if (event.type === 'attempt-failed') this.#leave(event.task)
    if (event.type === 'commands-ended') this.#endCommands(event.task)
    if (event.type === 'wait-ended') this.#waiting.delete(event.task)
    const { state, actions } = schedule(this.#state, event)
    this.#state = state
    this.wait = undefined
    const isRepeated = actions.some((action) => action.type === 'wait')
    if (event.type === 'attempt-failed' && !isRepeated) this.#settle(event.task, 'failed')
    for (const action of actions) {
      expect(this.isFinished).toBe(false)
      if (action.type === 'finish') this.isFinished = true
      else if (action.type === 'settle') this.#settle(action.task, action.result)
      else if (action.type === 'wait') {
        this.wait = action.ms
        this.#waiting.add(action.task)
      } else this.#begin(action.task)
    }
  }

  expectWithinLimits(): void {
    expect(this.#running.size).toBeLessThanOrEqual(this.#limits.jobs)
    expect(this.#recording.size).toBeLessThanOrEqual(this.#limits.jobs)
    const held: Record<string, number> = {}
    for (const task of [...this.#running, ...this.#recording])
      for (const { pool, amount } of this.#tasks[task]?.uses ?? []) held[pool] = (held[pool] ?? 0) + amount
    for (const [pool, amount] of Object.entries(held)) expect(amount).toBeLessThanOrEqual(this.#limits.pools![pool]!)
  }

  #begin(task: number): void {
    expect(this.settled.has(task)).toBe(false)
    expect(this.#running.has(task) || this.#recording.has(task)).toBe(false)
    const { needs, after = [] } = this.#tasks[task]!
    for (const before of [...needs, ...after]) expect(this.settled.has(before)).toBe(true)
    this.#running.add(task)
  }

  #settle(task: number, result: string): void {
    expect(this.settled.has(task)).toBe(false)
    this.settled.set(task, result)
    this.#leave(task)
    this.#waiting.delete(task)
  }

  // What is recorded needs no place, but where stages come one by one and where many are recorded already.
  #endCommands(task: number): void {
    this.#ended.add(task)
    if (this.#limits.jobs === 1 || this.#recording.size === this.#limits.jobs) return
    this.#running.delete(task)
    this.#recording.add(task)
  }

  #leave(task: number): void {
    for (const set of [this.#running, this.#recording, this.#ended]) set.delete(task)
  }
}

function startsOf(tasks: readonly Partial<SchedulableTask>[], limitsOf: SchedulerLimits): readonly number[] {
  const core = new Core(tasks, limitsOf)
  const starts: number[] = []
  while (!core.isFinished) {
    const [task] = core.running
    starts.push(task!)
    core.tell({ type: 'task-ended', task: task!, result: 'ran' })
  }
  return starts
}
