import { getAt, setAt } from '../base/persistent-array.ts'
import { pop, push } from '../base/persistent-heap.ts'
import { backoffMs } from './backoff.ts'
import type { TaskResult } from './events.ts'
import { type Demand, fits, give, shortOf, take } from './pools.ts'
import type { SchedulerState } from './scheduler-state.ts'

export type SchedulerEvent =
  | { readonly type: 'run-started' }
  /** `produced` false: nothing was run or restored, so nothing is forced downstream. */
  | { readonly type: 'task-ended'; readonly task: number; readonly result: TaskResult }
  /** All commands of a task have ended; what they made is to be hashed and recorded yet. */
  | { readonly type: 'commands-ended'; readonly task: number }
  /** An attempt failed in a way that may be tried again. `luck`: from 0 to 1, at random. */
  | { readonly type: 'attempt-failed'; readonly task: number; readonly luck: number }
  /** The wait before another attempt is over. */
  | { readonly type: 'wait-ended'; readonly task: number }
  /** Of one task that does not run now; one that runs ends by itself. */
  | { readonly type: 'cancel-requested'; readonly task: number }
  | { readonly type: 'stop-requested' }

export type SchedulerAction =
  /** `attempt`: from 1. */
  | { readonly type: 'start'; readonly task: number; readonly forced: boolean; readonly attempt: number }
  /** Send `wait-ended` after that time. */
  | { readonly type: 'wait'; readonly task: number; readonly ms: number }
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

/** How long the task waits before its next attempt, in ms, after the one that runs has failed; `undefined`: there is none. */
export function retryWait(state: SchedulerState, task: number, luck: number): number | undefined {
  const backoff = state.stopRequested ? undefined : state.tasks[task]?.backoff
  return backoff && backoffMs(backoff, getAt(state.attempts, task), luck)
}

/** The scheduling core: no clock, files or randomness, so the same code can be replayed anywhere.
 * Each call costs about the number of tasks it changes. */
export function schedule(state: SchedulerState, event: SchedulerEvent): SchedulerStep {
  const draft = new Draft(state)
  switch (event.type) {
    case 'run-started':
      state.tasks.forEach((_, index) => getAt(state.openNeeds, index) === 0 && draft.makeReady(index))
      break
    case 'attempt-failed':
      draft.retry(event.task, event.luck)
      break
    case 'wait-ended':
      if (getAt(state.status, event.task) === 'retrying') draft.makeReady(event.task)
      break
    case 'cancel-requested':
      draft.cancel(event.task)
      break
    case 'commands-ended':
      draft.record(event.task)
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

  /** The next task may start while the results of this one are recorded. Not one after the other's failure where they
   * are to come one by one, and no more than run at once may wait to be recorded. */
  record(task: number): void {
    const { limits, recording, running } = this.#state
    if (getAt(this.#state.status, task) !== 'running' || limits.jobs === 1 || recording >= limits.jobs) return
    const status = setAt(this.#state.status, task, 'recording')
    this.#set({ status, running: running - 1, recording: recording + 1 })
  }

  end(task: number, result: TaskResult): void {
    if (!isUnderWay(getAt(this.#state.status, task))) return
    this.#leave(task)
    this.#set({ status: setAt(this.#state.status, task, result), unsettled: this.#state.unsettled - 1 })
    const { onError } = this.#state.limits
    if (result === 'failed' || result === 'cancelled' || result === 'blocked') {
      if (onError === 'ignore' && result === 'failed') this.#release(task)
      else this.#block(task)
      if (onError === 'fail' && result === 'failed') this.#startNothingNew()
    } else {
      if (this.#state.limits.forceDownstream && this.#forces(task, result)) this.#force(task)
      this.#release(task)
    }
    this.#releaseFollowers(task)
  }

  retry(task: number, luck: number): void {
    const ms = retryWait(this.#state, task, luck)
    if (ms === undefined) return this.end(task, 'failed')
    this.#leave(task)
    this.#set({ status: setAt(this.#state.status, task, 'retrying') })
    this.#actions.push({ type: 'wait', task, ms })
  }

  cancel(task: number): void {
    if (!['waiting', 'ready', 'retrying'].includes(getAt(this.#state.status, task))) return
    this.#settle(task, 'cancelled', undefined)
    this.#block(task)
    this.#releaseFollowers(task)
  }

  /** Nothing starts any more, and what waits for another attempt has had its last. */
  stop(): void {
    this.#startNothingNew()
    this.#set({ stopRequested: true })
    this.#state.byUrgency.forEach((task) => {
      if (getAt(this.#state.status, task) === 'retrying') this.#settle(task, 'cancelled', undefined)
    })
  }

  startReady(): void {
    if (this.#state.ready === undefined) return
    // A task that is short of something keeps it from those behind, or it might wait for ever.
    const wanted = new Set<string>()
    const passedOver: number[] = []
    while (this.#state.ready !== undefined && this.#state.running < this.#state.limits.jobs) {
      const place = this.#state.ready.value
      const task = this.#state.byUrgency[place] ?? 0
      this.#set({ ready: pop(this.#state.ready) })
      if (getAt(this.#state.status, task) !== 'ready') continue
      const uses = this.#state.tasks[task]?.uses ?? []
      if (fits(this.#state.free, uses, wanted)) this.#start(task, uses)
      else {
        shortOf(this.#state.free, uses).forEach((pool) => wanted.add(pool))
        passedOver.push(place)
      }
    }
    for (const place of passedOver) this.#set({ ready: push(this.#state.ready, place) })
  }

  step(): SchedulerStep {
    if (this.#state.unsettled === 0 && !this.#state.finished) {
      this.#set({ finished: true })
      this.#actions.push({ type: 'finish' })
    }
    return { state: this.#state, actions: this.#actions }
  }

  #start(task: number, uses: readonly Demand[]): void {
    const attempt = getAt(this.#state.attempts, task) + 1
    this.#set({
      status: setAt(this.#state.status, task, 'running'),
      attempts: setAt(this.#state.attempts, task, attempt),
      free: take(this.#state.free, uses),
      running: this.#state.running + 1,
    })
    this.#actions.push({ type: 'start', task, forced: getAt(this.#state.forced, task), attempt })
  }

  // Gives back what a task under way holds.
  #leave(task: number): void {
    const uses = this.#state.tasks[task]?.uses ?? []
    const { status, running, recording } = this.#state
    const counts = getAt(status, task) === 'running' ? { running: running - 1 } : { recording: recording - 1 }
    this.#set({ ...counts, free: give(this.#state.free, uses) })
  }

  /** What has not started is settled as cancelled. */
  #startNothingNew(): void {
    if (this.#state.stopping) return
    this.#set({ stopping: true, ready: undefined })
    this.#state.byUrgency.forEach((task) => {
      const status = getAt(this.#state.status, task)
      if (status === 'waiting' || status === 'ready') this.#settle(task, 'cancelled', undefined)
    })
  }

  #release(task: number): void {
    for (const dependent of this.#state.dependents[task] ?? []) this.#needEnded(dependent)
  }

  #releaseFollowers(task: number): void {
    for (const follower of this.#state.followers[task] ?? []) this.#needEnded(follower)
  }

  #needEnded(task: number): void {
    const open = getAt(this.#state.openNeeds, task) - 1
    this.#set({ openNeeds: setAt(this.#state.openNeeds, task, open) })
    if (open === 0 && getAt(this.#state.status, task) === 'waiting' && !this.#state.stopping) this.makeReady(task)
  }

  // Everything downstream of a failure, level by level.
  #block(cause: number): void {
    const queue = [...(this.#state.dependents[cause] ?? [])]
    for (let task = queue.pop(); task !== undefined; task = queue.pop()) {
      if (getAt(this.#state.status, task) !== 'waiting') continue
      this.#settle(task, 'blocked', cause)
      this.#releaseFollowers(task)
      queue.push(...(this.#state.dependents[task] ?? []))
    }
  }

  // A forced task is skipped only by its condition.
  #forces(task: number, result: TaskResult): boolean {
    return produced(result) || (getAt(this.#state.forced, task) && result !== 'skipped')
  }

  #force(task: number): void {
    for (const dependent of this.#state.dependents[task] ?? []) {
      if (this.#state.tasks[dependent]?.waits?.includes(task)) continue
      this.#set({ forced: setAt(this.#state.forced, dependent, true) })
    }
  }

  #settle(task: number, result: 'blocked' | 'cancelled', blockedBy: number | undefined): void {
    this.#set({ status: setAt(this.#state.status, task, result), unsettled: this.#state.unsettled - 1 })
    this.#actions.push({ type: 'settle', task, result, blockedBy })
  }

  #set(change: Partial<SchedulerState>): void {
    this.#state = { ...this.#state, ...change }
  }
}

function isUnderWay(status: string): boolean {
  return status === 'running' || status === 'recording'
}

/** Results after which DVC counts a stage as reproduced (`repo/reproduce.py::_reproduce`). */
function produced(result: TaskResult): boolean {
  return result === 'ran' || result === 'restored' || result === 'verified' || result === 'imported'
}
