import { randomBytes } from 'node:crypto'
import { exitCodes, type Problem } from '../base/problem.ts'
import { addressFrom } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { buildStageGraph, cutFrozen, type StageGraph } from '../model/stage-graph.ts'
import type { Plan, ReproOptions } from '../plan/plan.ts'
import type { Instant, RunEvent, RunId, TaskResult } from './events.ts'
import { type FlatTask, flattenPlan } from './flatten-plan.ts'
import { ResultCommitter } from './result-committer.ts'
import type { RunContext, RunSummary, TaskSummaryLine } from './run-context.ts'
import { RunLogs } from './run-logs.ts'
import {
  createScheduler,
  schedule,
  type SchedulerAction,
  type SchedulerEvent,
  type SchedulerState,
} from './scheduler.ts'
import { type StageListener, type StageOutcome, StageRunner } from './stage-runner.ts'

/** Carries out a plan. Resolves when every started stage has ended and no process of the run is left; rejects only for a
 * bug of our own, and then too after everything has ended. */
export async function runPlan(plan: Plan, context: RunContext): Promise<RunSummary> {
  return await new Runner(plan, context).run()
}

/** Sorts by time of start. */
function newRunId(now: Date): RunId {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+Z/g, '')
  return `${stamp}-${randomBytes(3).toString('hex')}` as RunId
}

// Between the pure scheduling core and the work: carries out its actions and tells it how they ended.
class Runner {
  readonly #context: RunContext
  readonly #tasks: readonly FlatTask[]
  readonly #stages: StageRunner
  readonly #committer: ResultCommitter
  readonly #run: RunId
  readonly #startedAt: number
  readonly #lines = new Map<number, TaskSummaryLine>()
  readonly #startOrder = new Map<number, number>()
  readonly #problems: Problem[] = []
  #finish: () => void = () => undefined
  readonly #plan: Plan
  #state: SchedulerState
  #bug: Error | undefined

  constructor(plan: Plan, context: RunContext) {
    this.#plan = plan
    this.#context = context
    this.#tasks = flattenPlan(plan.root)
    const { onError, forceDownstream } = plan.options
    const tasks = this.#tasks.map((task) => task.schedulable)
    this.#state = createScheduler(tasks, { jobs: context.jobs, onError, forceDownstream })
    const now = context.clock()
    this.#startedAt = now.getTime()
    this.#run = newRunId(now)
    this.#committer = new ResultCommitter(context, (holder) => this.#warnOfLock(holder))
    this.#stages = new StageRunner({
      context,
      options: plan.options,
      committer: this.#committer,
      logs: new RunLogs(context.project.root, this.#run),
      producers: producersIn(context.project, plan.options),
    })
  }

  async run(): Promise<RunSummary> {
    this.#emit({
      type: 'run-started',
      jobs: this.#context.jobs,
      tasks: this.#tasks.map((task) => this.#summarize(task)),
    })
    const { stop, kill } = this.#context.signals
    const onStop = (): void => this.#requestStop('gently')
    const onKill = (): void => this.#requestStop('kill')
    stop.addEventListener('abort', onStop, { once: true })
    kill.addEventListener('abort', onKill, { once: true })
    await new Promise<void>((resolve) => {
      this.#finish = resolve
      this.#dispatch({ type: 'run-started' })
      if (stop.aborted) onStop()
    })
    stop.removeEventListener('abort', onStop)
    kill.removeEventListener('abort', onKill)
    const unwritten = await this.#committer.close()
    if (this.#bug !== undefined) throw this.#bug
    return this.#end(unwritten)
  }

  #dispatch(event: SchedulerEvent): void {
    const { state, actions } = schedule(this.#state, event)
    this.#state = state
    actions.forEach((action) => this.#carryOut(action))
  }

  #carryOut(action: SchedulerAction): void {
    switch (action.type) {
      case 'start':
        void this.#start(action.task, action.forced)
        break
      case 'settle':
        this.#taskEnded(action.task, { result: action.result }, action.blockedBy)
        break
      case 'finish':
        this.#finish()
        break
    }
  }

  async #start(index: number, forced: boolean): Promise<void> {
    const { id, task } = this.#taskAt(index)
    const begun = this.#context.clock().getTime()
    this.#startOrder.set(index, this.#startOrder.size)
    this.#emit({ type: 'task-started', task: id, reasons: task.reasons })
    let outcome: StageOutcome
    try {
      outcome = await this.#stages.handle(task, forced, this.#listener(id))
    } catch (error) {
      // A bug: let the rest end in order, then report it.
      this.#bug ??= error instanceof Error ? error : new Error('Internal error', { cause: error })
      outcome = { result: 'failed' }
      this.#dispatch({ type: 'stop-requested' })
    }
    this.#taskEnded(index, outcome, undefined, this.#context.clock().getTime() - begun)
    this.#dispatch({ type: 'task-ended', task: index, result: outcome.result })
  }

  #taskEnded(index: number, outcome: StageOutcome, blockedBy: number | undefined, durationMs = 0): void {
    const { id, task } = this.#taskAt(index)
    this.#problems.push(...(outcome.problems ?? []))
    this.#lines.set(index, {
      address: this.#rootAddress(task.stage),
      result: outcome.result,
      exit: outcome.exit ?? null,
    })
    this.#emit({
      type: 'task-ended',
      task: id,
      result: outcome.result,
      durationMs,
      exit: outcome.exit,
      reason: outcome.reason,
      blockedBy: blockedBy === undefined ? undefined : this.#taskAt(blockedBy).id,
    })
  }

  #listener(task: FlatTask['id']): StageListener {
    return {
      attemptStarted: (attempt, log) => this.#emit({ type: 'attempt-started', task, attempt, log }),
      commandStarted: (attempt, command) => this.#emit({ type: 'command-started', task, attempt, command }),
      attemptFailed: (attempt, reason) =>
        this.#emit({ type: 'attempt-failed', task, attempt, reason, willRetryInMs: undefined }),
      warn: (problem) => {
        this.#problems.push(problem)
        this.#emit({ type: 'warning', task, code: problem.code, message: problem.message })
      },
      lockAwaited: (path, holders) => {
        const message = `Waiting for another process that works on \`${path}\` (${holders})`
        this.#emit({ type: 'warning', task, code: 'LOCK_WAIT', message })
      },
    }
  }

  #requestStop(how: 'gently' | 'kill'): void {
    this.#emit({ type: 'stop-requested', how })
    this.#dispatch({ type: 'stop-requested' })
  }

  #warnOfLock(holder: string): void {
    const message = `Waiting for another DVC process to release the repository lock (${holder})`
    this.#emit({ type: 'warning', task: undefined, code: 'LOCK_WAIT', message })
  }

  // What could not be written to dvc.lock is kept for the next run, but this one has not done its work.
  #end(unwritten: readonly Problem[]): RunSummary {
    this.#problems.push(...unwritten)
    const durationMs = this.#context.clock().getTime() - this.#startedAt
    const exitCode = this.#exitCode(unwritten.length > 0)
    this.#emit({ type: 'run-ended', durationMs, exitCode, counts: countResults([...this.#lines.values()]) })
    const order = (task: number): number => this.#startOrder.get(task) ?? this.#tasks.length + task
    const tasks = [...this.#lines].toSorted(([a], [b]) => order(a) - order(b)).map(([, line]) => line)
    return { run: this.#run, exitCode, tasks, problems: this.#problems, changedFiles: this.#committer.changedFiles }
  }

  #exitCode(isUnwritten: boolean): number {
    if (this.#context.signals.stop.aborted) return exitCodes.interrupted
    const failed = [...this.#lines.values()].some((line) => line.result === 'failed')
    if (!isUnwritten && (!failed || this.#plan.options.onError === 'ignore')) return exitCodes.done
    const errors = this.#problems.filter((problem) => problem.severity === 'error')
    return errors.every((problem) => problem.code === 'LOCK_BUSY') ? exitCodes.temporary : exitCodes.stageFailed
  }

  #emit(event: DistributiveOmit<RunEvent, 'run' | 'at'>): void {
    this.#context.onEvent({ ...event, run: this.#run, at: this.#context.clock().toISOString() as Instant })
  }

  #summarize({ id, task, schedulable }: FlatTask): (RunEvent & { type: 'run-started' })['tasks'][number] {
    const needs = schedulable.needs.map((need) => this.#taskAt(need).id)
    return { task: id, address: this.#rootAddress(task.stage), decision: task.decision, needs }
  }

  #taskAt(index: number): FlatTask {
    const task = this.#tasks[index]
    if (task === undefined) throw new Error(`Internal error: no task ${index}`)
    return task
  }

  #rootAddress(stage: Stage): string {
    return addressFrom(stage, this.#context.project.root, this.#context.project.root)
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Direct producers of a stage's deps anywhere in the project; a frozen stage has none, and `--single-item` looks at no
 * graph at all (DVC: `repo/reproduce.py`). */
function producersIn(project: Project, { singleItem }: ReproOptions): (stage: StageId) => readonly Stage[] {
  let graph: StageGraph | undefined
  return (stage) => {
    if (singleItem) return []
    graph ??= cutFrozen(buildStageGraph(project.stages))
    const producers = graph.producers[graph.indexOf.get(stage) ?? -1] ?? []
    return producers.flatMap((index) => project.stages[index] ?? [])
  }
}

function countResults(lines: readonly TaskSummaryLine[]): Partial<Record<TaskResult, number>> {
  const counts: Partial<Record<TaskResult, number>> = {}
  for (const { result } of lines) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
