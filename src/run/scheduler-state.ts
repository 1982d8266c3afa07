import { type PersistentArray, persistentArray } from '../base/persistent-array.ts'
import type { PersistentHeap } from '../base/persistent-heap.ts'
import type { TaskResult } from './events.ts'
import type { Backoff } from './backoff.ts'
import type { Demand, Pools } from './pools.ts'
import { startOrder } from './start-order.ts'
import type { TaskId } from './task-id.ts'

/** What the scheduling core knows of a task. */
export interface SchedulableTask {
  readonly id: TaskId
  /** Indexes of the tasks that must end first. */
  readonly needs: readonly number[]
  /** Those of `needs` that are none of the graph's: what runs there forces nothing here. */
  readonly waits?: readonly number[]
  /** Indexes of further tasks that must be over, however they ended. */
  readonly after?: readonly number[]
  /** Place in a serial run, which decides between tasks that are equally urgent; smallest first. */
  readonly rank: number
  readonly forced: boolean
  /** Ready tasks of a higher priority start first. @default 0 */
  readonly priority?: number
  /** How long it took before, in ms; absent: nobody knows. */
  readonly expectedMs?: number
  /** What it holds while it runs. */
  readonly uses?: readonly Demand[]
  /** Waits between attempts; absent: a failed attempt is not repeated. */
  readonly backoff?: Backoff
}

export interface SchedulerLimits {
  /** Most tasks at once. */
  readonly jobs: number
  /** What there is of each thing that tasks use; none of them may ask for more. */
  readonly pools?: Pools
  /** fail: the first failure stops new starts. keep-going: it blocks its dependents only. ignore: not even them. */
  readonly onError: 'fail' | 'keep-going' | 'ignore'
  /** What ran forces its direct dependents to run. */
  readonly forceDownstream: boolean
}

/** The whole state of a run's order: plain data, so a durable workflow can hold it.
 *
 *   waiting ──all needs ended──▶ ready ──slot free, nothing short──▶ running ──▶ recording ──▶ settled(result)
 *      │                          ▲ └──stopped──▶ settled(cancelled)     │           │
 *      └──a need failed──▶ settled(blocked)     └──wait over── retrying ◀┴───────────┘ attempt failed            */
export interface SchedulerState {
  readonly tasks: readonly SchedulableTask[]
  /** Direct dependents of each task. */
  readonly dependents: readonly (readonly number[])[]
  readonly limits: SchedulerLimits
  /** Tasks that wait for each task only to be over. */
  readonly followers: readonly (readonly number[])[]
  /** Task index by order of start; the heap holds places in this list. */
  readonly byUrgency: readonly number[]
  readonly place: readonly number[]
  readonly status: PersistentArray<'waiting' | 'ready' | 'running' | 'recording' | 'retrying' | TaskResult>
  readonly openNeeds: PersistentArray<number>
  readonly forced: PersistentArray<boolean>
  /** How often each task has started. */
  readonly attempts: PersistentArray<number>
  readonly ready: PersistentHeap
  /** What is left of each pool. */
  readonly free: Pools
  readonly running: number
  /** Tasks whose commands have ended and whose results are being recorded, in nobody's way. */
  readonly recording: number
  readonly unsettled: number
  /** Nothing new starts. */
  readonly stopping: boolean
  /** Asked to end: nothing is tried again either. */
  readonly stopRequested: boolean
  readonly finished: boolean
}

export function createScheduler(tasks: readonly SchedulableTask[], limits: SchedulerLimits): SchedulerState {
  const dependents: number[][] = tasks.map(() => [])
  const followers: number[][] = tasks.map(() => [])
  tasks.forEach((task, index) => {
    task.needs.forEach((need) => dependents[need]?.push(index))
    task.after?.forEach((before) => followers[before]?.push(index))
  })
  const byUrgency = startOrder(tasks, dependents)
  const place = byUrgency.reduce<number[]>((places, task, at) => ((places[task] = at), places), new Array(tasks.length))
  return {
    tasks,
    dependents,
    followers,
    limits,
    byUrgency,
    place,
    status: persistentArray(tasks.map(() => 'waiting')),
    openNeeds: persistentArray(tasks.map((task) => task.needs.length + (task.after?.length ?? 0))),
    forced: persistentArray(tasks.map((task) => task.forced)),
    attempts: persistentArray(tasks.map(() => 0)),
    ready: undefined,
    free: limits.pools ?? {},
    running: 0,
    recording: 0,
    unsettled: tasks.length,
    stopping: false,
    stopRequested: false,
    finished: false,
  }
}
