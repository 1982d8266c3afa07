import { getAt, type PersistentArray, persistentArray, setAt } from '../base/persistent-array.ts'
import { type PersistentHeap, pop, push } from '../base/persistent-heap.ts'
import type { TaskResult } from './events.ts'
import type { TaskId } from './task-id.ts'

/** What the scheduling core knows of a task. */
export interface SchedulableTask {
  readonly id: TaskId
  /** Indexes of the tasks that must end first. */
  readonly needs: readonly number[]
  /** Ready tasks start by rank, smallest first. */
  readonly rank: number
  readonly forced: boolean
}

export interface SchedulerLimits {
  /** Most tasks at once. */
  readonly jobs: number
  /** fail: the first failure stops new starts. keep-going: it blocks its dependents only. ignore: not even them. */
  readonly onError: 'fail' | 'keep-going' | 'ignore'
  /** What ran forces its direct dependents to run. */
  readonly forceDownstream: boolean
}

/** The whole state of a run's order: plain data, so a durable workflow can hold it.
 *
 *   waiting ──all needs ended──▶ ready ──slot free──▶ running ──▶ settled(result)
 *      └──a need failed──▶ settled(blocked)    └──stopped──▶ settled(cancelled)            */
export interface SchedulerState {
  readonly tasks: readonly SchedulableTask[]
  /** Direct dependents of each task. */
  readonly dependents: readonly (readonly number[])[]
  readonly limits: SchedulerLimits
  /** Task index by rank order; the heap holds places in this list. */
  readonly byRank: readonly number[]
  readonly place: readonly number[]
  readonly status: PersistentArray<'waiting' | 'ready' | 'running' | TaskResult>
  readonly openNeeds: PersistentArray<number>
  readonly forced: PersistentArray<boolean>
  readonly ready: PersistentHeap
  readonly running: number
  readonly unsettled: number
  readonly stopping: boolean
}

export type SchedulerEvent =
  | { readonly type: 'run-started' }
  /** `produced` false: nothing was run or restored, so nothing is forced downstream. */
  | { readonly type: 'task-ended'; readonly task: number; readonly result: TaskResult }
  | { readonly type: 'stop-requested' }

export type SchedulerAction =
  | { readonly type: 'start'; readonly task: number; readonly forced: boolean }
  /** The task will never start. */
  | {
      readonly type: 'settle'
      readonly task: number
      readonly result: 'blocked' | 'cancelled'
      readonly blockedBy: number | undefined
    }
  | { readonly type: 'finish' }

export interface SchedulerStep {
  readonly state: SchedulerState
  readonly actions: readonly SchedulerAction[]
}

export function createScheduler(tasks: readonly SchedulableTask[], limits: SchedulerLimits): SchedulerState {
  const dependents: number[][] = tasks.map(() => [])
  tasks.forEach((task, index) => task.needs.forEach((need) => dependents[need]?.push(index)))
  const byRank = tasks.map((_, index) => index).toSorted((a, b) => rankOf(tasks, a) - rankOf(tasks, b) || a - b)
  const place = byRank.reduce<number[]>((places, task, at) => ((places[task] = at), places), new Array(tasks.length))
  return {
    tasks,
    dependents,
    limits,
    byRank,
    place,
    status: persistentArray(tasks.map(() => 'waiting')),
    openNeeds: persistentArray(tasks.map((task) => task.needs.length)),
    forced: persistentArray(tasks.map((task) => task.forced)),
    ready: undefined,
    running: 0,
    unsettled: tasks.length,
    stopping: false,
  }
}

/** The scheduling core: no clock, files or randomness, so the same code can be replayed anywhere.
 * Each call costs about the number of tasks it changes. */
export function schedule(state: SchedulerState, event: SchedulerEvent): SchedulerStep {
  const draft = new Draft(state)
  switch (event.type) {
    case 'run-started':
      state.tasks.forEach((task, index) => task.needs.length === 0 && draft.makeReady(index))
      break
    case 'task-ended':
      draft.end(event.task, event.result)
      break
    case 'stop-requested':
      draft.stop()
      break
  }
  draft.startReady()
  return draft.step()
}

// The steps of one call, collected over persistent parts: the state passed in stays as it was.
class Draft {
  #state: SchedulerState
  readonly #actions: SchedulerAction[] = []

  constructor(state: SchedulerState) {
    this.#state = state
  }

  makeReady(task: number): void {
    const place = this.#state.place[task] ?? 0
    this.#set({ status: setAt(this.#state.status, task, 'ready'), ready: push(this.#state.ready, place) })
  }

  end(task: number, result: TaskResult): void {
    if (getAt(this.#state.status, task) !== 'running') return
    this.#set({
      status: setAt(this.#state.status, task, result),
      running: this.#state.running - 1,
      unsettled: this.#state.unsettled - 1,
    })
    const { onError } = this.#state.limits
    if (result === 'failed' || result === 'cancelled') {
      if (onError === 'ignore' && result === 'failed') this.#release(task)
      else this.#block(task)
      if (onError === 'fail' || result === 'cancelled') this.stop()
      return
    }
    if (this.#state.limits.forceDownstream && (produced(result) || getAt(this.#state.forced, task))) this.#force(task)
    this.#release(task)
  }

  /** No new starts; what has not started is settled as cancelled. */
  stop(): void {
    if (this.#state.stopping) return
    this.#set({ stopping: true, ready: undefined })
    this.#state.byRank.forEach((task) => {
      const status = getAt(this.#state.status, task)
      if (status === 'waiting' || status === 'ready') this.#settle(task, 'cancelled', undefined)
    })
  }

  startReady(): void {
    while (this.#state.ready !== undefined && this.#state.running < this.#state.limits.jobs) {
      const task = this.#state.byRank[this.#state.ready.value] ?? 0
      this.#set({
        status: setAt(this.#state.status, task, 'running'),
        ready: pop(this.#state.ready),
        running: this.#state.running + 1,
      })
      this.#actions.push({ type: 'start', task, forced: getAt(this.#state.forced, task) })
    }
  }

  step(): SchedulerStep {
    const finished = this.#state.unsettled === 0
    return { state: this.#state, actions: finished ? [...this.#actions, { type: 'finish' }] : this.#actions }
  }

  #release(task: number): void {
    for (const dependent of this.#state.dependents[task] ?? []) {
      const open = getAt(this.#state.openNeeds, dependent) - 1
      this.#set({ openNeeds: setAt(this.#state.openNeeds, dependent, open) })
      if (open === 0 && getAt(this.#state.status, dependent) === 'waiting' && !this.#state.stopping)
        this.makeReady(dependent)
    }
  }

  // Everything downstream of a failure, level by level.
  #block(cause: number): void {
    const queue = [...(this.#state.dependents[cause] ?? [])]
    for (let task = queue.pop(); task !== undefined; task = queue.pop()) {
      if (getAt(this.#state.status, task) !== 'waiting') continue
      this.#settle(task, 'blocked', cause)
      queue.push(...(this.#state.dependents[task] ?? []))
    }
  }

  #force(task: number): void {
    for (const dependent of this.#state.dependents[task] ?? [])
      this.#set({ forced: setAt(this.#state.forced, dependent, true) })
  }

  #settle(task: number, result: 'blocked' | 'cancelled', blockedBy: number | undefined): void {
    this.#set({ status: setAt(this.#state.status, task, result), unsettled: this.#state.unsettled - 1 })
    this.#actions.push({ type: 'settle', task, result, blockedBy })
  }

  #set(change: Partial<SchedulerState>): void {
    this.#state = { ...this.#state, ...change }
  }
}

/** Results after which DVC counts a stage as reproduced (`repo/reproduce.py::_reproduce`). */
function produced(result: TaskResult): boolean {
  return result === 'ran' || result === 'restored' || result === 'verified' || result === 'imported'
}

function rankOf(tasks: readonly SchedulableTask[], index: number): number {
  return tasks[index]?.rank ?? 0
}
