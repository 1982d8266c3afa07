import type { FailureReason, RunEvent, RunId, TaskResult, UnmetCondition } from '../run/events.ts'
import type { TaskId } from '../run/task-id.ts'
import type { Decision, TaskCondition } from '../plan/plan.ts'

/** A task as far as the events tell. */
export interface TaskView {
  readonly task: TaskId
  /** As seen from the DVC root. */
  readonly address: string
  readonly decision: Decision
  readonly state: 'waiting' | 'running' | TaskResult
  /** Time of the start in ms; absent for a task that never started. */
  readonly startedAt?: number
  /** The log file of the latest attempt. */
  readonly log?: string
  /** How often it was tried so far. */
  readonly attempts: number
  readonly durationMs?: number
  readonly exit?: number | undefined
  readonly reason?: FailureReason | undefined
  readonly blockedBy?: TaskId | undefined
  /** How long it took lately, in ms. */
  readonly expectedMs?: number
  /** What was planned by. */
  readonly condition?: Pick<TaskCondition, 'text' | 'outlook'>
  /** Why it was skipped by condition. */
  readonly unmet?: UnmetCondition | undefined
  /** The one that blocks it was skipped by condition: that is no failure. */
  readonly isWithheld?: boolean
}

/** The state of a run, told by its events. */
export class RunView {
  readonly #tasks = new Map<TaskId, TaskView>()
  // Asked for ten times a second, of runs with any number of tasks.
  readonly #running = new Set<TaskId>()
  readonly #counts = new Map<TaskView['state'], number>()
  #run: RunId | undefined
  #startedAt = 0
  #durationMs = 0

  get run(): RunId | undefined {
    return this.#run
  }

  /** In ms; of a run that has ended. */
  get durationMs(): number {
    return this.#durationMs
  }

  get startedAt(): number {
    return this.#startedAt
  }

  /** In plan order. */
  get tasks(): readonly TaskView[] {
    return [...this.#tasks.values()]
  }

  /** In order of start. */
  get running(): readonly TaskView[] {
    return [...this.#running].map((id) => this.task(id))
  }

  task(id: TaskId): TaskView {
    const task = this.#tasks.get(id)
    if (task === undefined) throw new Error(`Internal error: an event of the unknown task ${id}`)
    return task
  }

  /** How many tasks are in each state. */
  count(...states: readonly TaskView['state'][]): number {
    return states.reduce((sum, state) => sum + (this.#counts.get(state) ?? 0), 0)
  }

  get counts(): Readonly<Partial<Record<TaskResult, number>>> {
    const ended = [...this.#counts].filter(([state, count]) => state !== 'waiting' && state !== 'running' && count > 0)
    return Object.fromEntries(ended)
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#run = event.run
        this.#startedAt = Date.parse(event.at)
        for (const { needs: _, ...summary } of event.tasks)
          this.#tasks.set(summary.task, { ...summary, state: 'waiting', attempts: 0 })
        this.#counts.set('waiting', this.#tasks.size)
        break
      case 'task-started':
        this.#change(event.task, { state: 'running', startedAt: Date.parse(event.at) })
        break
      case 'attempt-started':
        this.#change(event.task, { log: event.log, attempts: event.attempt })
        break
      case 'task-ended': {
        const { result, durationMs, exit, reason, blockedBy, condition: unmet, isWithheld = false } = event
        this.#change(event.task, { state: result, durationMs, exit, reason, blockedBy, unmet, isWithheld })
        break
      }
      case 'run-ended':
        this.#durationMs = event.durationMs
        break
      default: // nothing that a view of the whole needs
    }
  }

  #change(id: TaskId, change: Partial<TaskView>): void {
    const before = this.task(id)
    const after = { ...before, ...change }
    this.#tasks.set(id, after)
    if (after.state === before.state) return
    this.#running[after.state === 'running' ? 'add' : 'delete'](id)
    this.#counts.set(before.state, this.count(before.state) - 1)
    this.#counts.set(after.state, this.count(after.state) + 1)
  }
}
