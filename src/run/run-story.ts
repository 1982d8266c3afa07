import { exitCodes, type Problem } from '../base/problem.ts'
import { waitText } from '../cache/problems.ts'
import { addressFrom } from '../model/address.ts'
import type { Stage } from '../model/stage.ts'
import type { ReproOptions } from '../plan/plan.ts'
import type { FailureReason, Instant, RunEvent, RunId, StopCause, TaskResult } from './events.ts'
import { type FlatTask, taskAt } from './flatten-plan.ts'
import type { RunContext, RunSummary, TaskSummaryLine } from './run-context.ts'
import type { SecretMask } from './secret-mask.ts'
import type { StageListener, StageOutcome } from './stage-call.ts'
import type { TaskId } from './task-id.ts'

/** Everything that a run says: its events as they happen, with secrets masked, and its summary. Tasks go by their number in
 * `tasks`. */
export class RunStory {
  readonly #context: RunContext
  readonly #run: RunId
  readonly #tasks: readonly FlatTask[]
  readonly #mask: SecretMask
  readonly #startedAt: number
  readonly #lines = new Map<number, TaskSummaryLine>()
  /** When each task first started, in ms; in that order. */
  readonly #begun = new Map<number, number>()
  readonly #problems: Problem[] = []

  constructor(
    context: RunContext,
    { run, tasks, mask, startedAt }: { run: RunId; tasks: readonly FlatTask[]; mask: SecretMask; startedAt: number },
  ) {
    this.#context = context
    this.#run = run
    this.#tasks = tasks
    this.#mask = mask
    this.#startedAt = startedAt
  }

  runStarted(): void {
    const tasks = this.#tasks.map((task) => this.#summarize(task))
    this.#emit({ type: 'run-started', jobs: this.#context.jobs, tasks })
  }

  /** Counts the first time. */
  taskStarted(index: number): void {
    if (this.#begun.has(index)) return
    this.#begun.set(index, this.#context.clock().getTime())
    const { id, task } = taskAt(this.#tasks, index)
    this.#emit({ type: 'task-started', task: id, reasons: task.reasons })
  }

  /** What an attempt has to tell. */
  attempt(task: TaskId, attempt: number): StageListener {
    return {
      attemptStarted: (log: string) => this.#emit({ type: 'attempt-started', task, attempt, log }),
      commandStarted: (command: string) => this.#emit({ type: 'command-started', task, attempt, command }),
      warn: (problem: Problem) => {
        this.#problems.push(problem)
        this.#emit({ type: 'warning', task, code: problem.code, message: problem.message })
      },
      lockAwaited: (path: string, holders: string) => this.#warnOfWait(task, waitText(holders, path)),
    }
  }

  attemptFailed(task: TaskId, attempt: number, reason: FailureReason, willRetryInMs: number | undefined): void {
    this.#emit({ type: 'attempt-failed', task, attempt, reason, willRetryInMs })
  }

  taskEnded(index: number, outcome: StageOutcome, blockedBy: number | undefined): void {
    const { id, task } = taskAt(this.#tasks, index)
    const now = this.#context.clock().getTime()
    const durationMs = now - (this.#begun.get(index) ?? now)
    this.#problems.push(...this.#mask.value(outcome.problems ?? []))
    const cause = blockedBy === undefined ? undefined : this.#lines.get(blockedBy)
    const held = cause?.condition !== undefined || cause?.isWithheld ? { isWithheld: true } : {}
    this.#lines.set(index, {
      address: this.#rootAddress(task.stage),
      result: outcome.result,
      exit: outcome.exit ?? null,
      ...(outcome.condition === undefined ? {} : { condition: outcome.condition }),
      ...held,
    })
    this.#emit({
      type: 'task-ended',
      task: id,
      result: outcome.result,
      durationMs,
      exit: outcome.exit,
      reason: outcome.reason,
      blockedBy: blockedBy === undefined ? undefined : taskAt(this.#tasks, blockedBy).id,
      condition: outcome.condition,
      ...held,
    })
  }

  stopRequested(how: 'gently' | 'kill', cause: StopCause): void {
    this.#emit({ type: 'stop-requested', how, cause })
  }

  cancelRequested(task: TaskId): void {
    this.#emit({ type: 'cancel-requested', task })
  }

  repositoryAwaited(holder: string, file: string): void {
    this.#warnOfWait(undefined, waitText(holder, file))
  }

  /** `unwritten`: why something could not be written to dvc.lock. It is kept for the next run, but this one has not done
   * its work. */
  runEnded(end: RunEnd): RunSummary {
    this.#problems.push(...end.unwritten)
    const durationMs = this.#context.clock().getTime() - this.#startedAt
    const exitCode = this.#exitCode(end)
    const lines = [...this.#lines.values()]
    this.#emit({ type: 'run-ended', durationMs, exitCode, counts: countResults(lines) })
    const places = new Map([...this.#begun.keys()].map((task, place) => [task, place]))
    const placeOf = (task: number): number => places.get(task) ?? this.#tasks.length + task
    const tasks = [...this.#lines].toSorted(([a], [b]) => placeOf(a) - placeOf(b)).map(([, line]) => line)
    return { run: this.#run, exitCode, tasks, problems: this.#problems, changedFiles: end.changedFiles }
  }

  #exitCode({ stopCause, unwritten, onError }: RunEnd): number {
    if (stopCause !== undefined && stopCause !== 'bug') return exitCodesOfStop[stopCause]
    const isUnwritten = unwritten.length > 0
    const results = new Set([...this.#lines.values()].map(({ result }) => result))
    const failed = results.has('failed')
    if (!isUnwritten && !failed && results.has('cancelled')) return exitCodes.cancelled
    if (!isUnwritten && (!failed || onError === 'ignore')) return exitCodes.done
    const errors = this.#problems.filter((problem) => problem.severity === 'error')
    return errors.every((problem) => problem.code === 'LOCK_BUSY') ? exitCodes.temporary : exitCodes.stageFailed
  }

  #warnOfWait(task: TaskId | undefined, message: string): void {
    this.#emit({ type: 'warning', task, code: 'LOCK_WAIT', message })
  }

  #emit(event: DistributiveOmit<RunEvent, 'run' | 'at'>): void {
    const at = this.#context.clock().toISOString() as Instant
    this.#context.onEvent(this.#mask.value({ ...event, run: this.#run, at }))
  }

  #summarize({ id, task, schedulable }: FlatTask): (RunEvent & { type: 'run-started' })['tasks'][number] {
    const needs = schedulable.needs.map((need) => taskAt(this.#tasks, need).id)
    const { decision, condition } = task
    const address = this.#rootAddress(task.stage)
    const expectedMs = this.#context.durations?.get(address)
    return {
      task: id,
      address,
      decision,
      ...(expectedMs === undefined ? {} : { expectedMs }),
      needs,
      ...(condition === undefined ? {} : { condition: { text: condition.text, outlook: condition.outlook } }),
    }
  }

  #rootAddress(stage: Stage): string {
    return addressFrom(stage, this.#context.project.root, this.#context.project.root)
  }
}

interface RunEnd {
  readonly unwritten: readonly Problem[]
  readonly stopCause: StopCause | undefined
  readonly onError: ReproOptions['onError']
  readonly changedFiles: readonly string[]
}

// A stop that was asked for is no failure of a stage.
const exitCodesOfStop = {
  signal: exitCodes.interrupted,
  request: exitCodes.cancelled,
  deadline: exitCodes.deadline,
} as const

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

function countResults(lines: readonly TaskSummaryLine[]): Partial<Record<TaskResult, number>> {
  const counts: Partial<Record<TaskResult, number>> = {}
  for (const { result } of lines) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
