import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TaskResult } from './events.ts'
import { schedule, type SchedulerAction } from './scheduler.ts'
import { createScheduler, type SchedulableTask, type SchedulerLimits, type SchedulerState } from './scheduler-state.ts'
import { formatTaskId } from './task-id.ts'

const limits: SchedulerLimits = { jobs: 2, onError: 'fail', forceDownstream: false }

describe('the scheduling core', () => {
  test('starts independent tasks by rank, never more than the jobs', () => {
    const { started } = begin(tasks([[], [], []], [2, 0, 1]), limits)
    expect(started).toEqual([1, 2])
  })

  test('starts a task when the last of its needs has ended', () => {
    let step = begin(tasks([[], [], [0, 1]]), limits)
    step = end(step.state, 0, 'ran')
    expect(step.started).toEqual([])
    step = end(step.state, 1, 'skipped')
    expect(step.started).toEqual([2])
    expect(end(step.state, 2, 'ran').actions).toEqual([{ type: 'finish' }])
  })

  test('by default a failure blocks its dependents and starts nothing new', () => {
    const first = begin(tasks([[], [0], [1], []]), { ...limits, jobs: 1 })
    expect(end(first.state, 0, 'failed').actions).toEqual([
      { type: 'settle', task: 1, result: 'blocked', blockedBy: 0 },
      { type: 'settle', task: 2, result: 'blocked', blockedBy: 0 },
      { type: 'settle', task: 3, result: 'cancelled', blockedBy: undefined },
      { type: 'finish' },
    ])
  })

  test('keep-going goes on with what does not depend on the failure', () => {
    const first = begin(tasks([[], [0], []]), { ...limits, jobs: 1, onError: 'keep-going' })
    expect(end(first.state, 0, 'failed').actions).toEqual([
      { type: 'settle', task: 1, result: 'blocked', blockedBy: 0 },
      { type: 'start', task: 2, forced: false, attempt: 1 },
    ])
  })

  test('ignore tries the dependents of a failure all the same', () => {
    const first = begin(tasks([[], [0]]), { ...limits, onError: 'ignore' })
    expect(end(first.state, 0, 'failed').started).toEqual([1])
  })

  test('force-downstream forces direct dependents of what ran, and theirs in turn', () => {
    let step = begin(tasks([[], [0], [1]]), { ...limits, forceDownstream: true })
    step = end(step.state, 0, 'ran')
    expect(step.actions).toEqual([{ type: 'start', task: 1, forced: true, attempt: 1 }])
    step = end(step.state, 1, 'ran')
    expect(step.actions).toEqual([{ type: 'start', task: 2, forced: true, attempt: 1 }])
  })

  test('force-downstream forces nothing after a skipped task', () => {
    const step = begin(tasks([[], [0]]), { ...limits, forceDownstream: true })
    expect(end(step.state, 0, 'skipped').actions).toEqual([{ type: 'start', task: 1, forced: false, attempt: 1 }])
  })

  test('force-downstream forces nothing where a task waits only for its condition', () => {
    const list = tasks([[], [0], [0]]).map((task, index) => (index === 2 ? { ...task, waits: [0] } : task))
    expect(end(begin(list, { ...limits, forceDownstream: true }).state, 0, 'ran').actions).toEqual([
      { type: 'start', task: 1, forced: true, attempt: 1 },
      { type: 'start', task: 2, forced: false, attempt: 1 },
    ])
  })

  test('force-downstream ends at a forced task that is skipped by condition', () => {
    let step = begin(tasks([[], [0], [1]]), { ...limits, forceDownstream: true })
    step = end(step.state, 0, 'ran')
    step = end(step.state, 1, 'skipped')
    expect(step.actions).toEqual([{ type: 'start', task: 2, forced: false, attempt: 1 }])
  })

  test('a task that turns out to be blocked blocks its dependents and stops nothing else', () => {
    const first = begin(tasks([[], [0], [1], []]), { ...limits, jobs: 1 })
    expect(end(first.state, 0, 'blocked').actions).toEqual([
      { type: 'settle', task: 1, result: 'blocked', blockedBy: 0 },
      { type: 'settle', task: 2, result: 'blocked', blockedBy: 0 },
      { type: 'start', task: 3, forced: false, attempt: 1 },
    ])
  })

  test('a requested stop starts nothing new and waits for what runs', () => {
    const first = begin(tasks([[], [], [0]]), { ...limits, jobs: 1 })
    const stopped = step(first.state, { type: 'stop-requested' })
    expect(stopped.actions.map((action) => action.type)).toEqual(['settle', 'settle'])
    expect(end(stopped.state, 0, 'cancelled').actions).toEqual([{ type: 'finish' }])
  })

  test('an empty plan finishes at once', () => {
    expect(begin([], limits).actions).toEqual([{ type: 'finish' }])
  })

  test('leaves the state it was given intact', () => {
    const initial = createScheduler(tasks([[], [0]]), limits)
    const before = structuredClone(initial)
    schedule(schedule(initial, { type: 'run-started' }).state, { type: 'task-ended', task: 0, result: 'ran' })
    expect(initial).toEqual(before)
  })

  test('settles each task of any graph exactly once, after its needs, within the limit', () => {
    fc.assert(
      fc.property(graph(), fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.nat()), (needs, jobs, choices) => {
        playOut(needs, { ...limits, jobs, onError: 'keep-going' }, choices)
      }),
    )
  })
})

function playOut(needs: readonly number[][], playLimits: SchedulerLimits, choices: Iterator<number>): void {
  const settled = new Map<number, string>()
  const running = new Set<number>()
  let { state, actions } = begin(tasks(needs), playLimits)
  for (let round = 0; round <= needs.length; round++) {
    for (const action of actions) {
      if (action.type === 'finish') continue
      expect(settled.has(action.task)).toBe(false)
      if (action.type === 'settle') settled.set(action.task, action.result)
      else {
        running.add(action.task)
        for (const need of needs[action.task] ?? []) expect(settled.has(need)).toBe(true)
      }
    }
    expect(running.size).toBeLessThanOrEqual(playLimits.jobs)
    if (running.size === 0) break
    const task = [...running][Number(choices.next().value) % running.size] ?? 0
    const result = (['failed', 'blocked', 'skipped', 'ran'] as const)[Number(choices.next().value) % 4]!
    running.delete(task)
    settled.set(task, result)
    ;({ state, actions } = end(state, task, result))
  }
  expect(settled.size).toBe(needs.length)
}

/** Random acyclic needs: each task may need earlier ones. */
function graph(): fc.Arbitrary<number[][]> {
  return fc
    .array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 12 })
    .map((rows) =>
      rows.map((row, index) => [...new Set(row.filter(() => index > 0).map((need) => need % Math.max(index, 1)))]),
    )
}

function tasks(needs: readonly (readonly number[])[], ranks?: readonly number[]): SchedulableTask[] {
  return needs.map((need, index) => ({
    id: formatTaskId([{ name: `t${index}` }]),
    needs: need,
    rank: ranks?.[index] ?? index,
    forced: false,
  }))
}

function begin(list: readonly SchedulableTask[], limitsOf: SchedulerLimits) {
  return step(createScheduler(list, limitsOf), { type: 'run-started' })
}

function end(state: SchedulerState, task: number, result: TaskResult) {
  return step(state, { type: 'task-ended', task, result })
}

function step(state: SchedulerState, event: Parameters<typeof schedule>[1]) {
  const { state: next, actions } = schedule(state, event)
  return {
    state: next,
    actions,
    started: actions.filter((action: SchedulerAction) => action.type === 'start').map((action) => action.task),
  }
}
