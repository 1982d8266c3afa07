import { exitCodes, type Problem } from '../base/problem.ts'
import { addressFrom } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { buildStageGraph, cutFrozen, type StageGraph } from '../model/stage-graph.ts'
import type { Plan, ReproOptions } from '../plan/plan.ts'
import type { Secrets } from '../policy/read-secrets.ts'
import { defaultGraceMs, type StagePolicy } from '../policy/stage-policy.ts'
import { applyPolicies } from './apply-policies.ts'
import { StageSignals } from './attempt-signals.ts'
import { DevicePool } from './device-pool.ts'
import type { Instant, RunEvent, RunId, StopCause, TaskResult } from './events.ts'
import { type FlatTask, flattenPlan } from './flatten-plan.ts'
import { ResultCommitter } from './result-committer.ts'
import type { RunContext, RunSummary, TaskSummaryLine } from './run-context.ts'
import { newRunId } from './run-id.ts'
import { RunLogs } from './run-logs.ts'
import { noPolicies, type RunPolicies } from './run-policies.ts'
import {
  createScheduler,
  retryWait,
  schedule,
  type SchedulerAction,
  type SchedulerEvent,
  type SchedulerState,
} from './scheduler.ts'
import { SecretMask } from './secret-mask.ts'
import { shouldRetry } from './should-retry.ts'
import type { StageOutcome } from './stage-call.ts'
import { StageRunner } from './stage-runner.ts'
import type { TaskId } from './task-id.ts'

/** Carries out a plan. Resolves when every started stage has ended and no process of the run is left; rejects only for a
 * bug of our own, and then too after everything has ended. */
export async function runPlan(plan: Plan, context: RunContext): Promise<RunSummary> {
  return await new Runner(plan, context).run()
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
  readonly #policies: RunPolicies
  readonly #devices: DevicePool
  readonly #mask: SecretMask
  /** Of the tasks whose attempts run now. */
  readonly #running = new Map<number, StageSignals>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** When each task first started, in ms. */
  readonly #begun = new Map<number, number>()
  /** Ends the run: asked for by its caller, from elsewhere, or by its deadline. */
  readonly #signals = new StageSignals()
  #stopCause: StopCause | undefined
  #finish: () => void = () => undefined
  readonly #plan: Plan
  #state: SchedulerState
  #bug: Error | undefined

  constructor(plan: Plan, context: RunContext) {
    this.#plan = plan
    this.#context = context
    this.#tasks = flattenPlan(plan.root)
    const { onError, forceDownstream } = plan.options
    this.#policies = context.policies ?? noPolicies
    this.#devices = new DevicePool(this.#policies.gpus)
    this.#mask = new SecretMask(this.#policies.secrets.values())
    const tasks = applyPolicies(this.#tasks, this.#policies, (address) => context.durations?.get(address))
    const { pools } = this.#policies
    this.#state = createScheduler(tasks, { jobs: context.jobs, onError, forceDownstream, pools })
    const now = context.clock()
    this.#startedAt = now.getTime()
    this.#run = newRunId(now)
    const inner = { ...context, signals: this.#signals }
    this.#committer = new ResultCommitter(inner, (holder) => this.#warnOfLock(holder))
    this.#stages = new StageRunner({
      context: inner,
      options: plan.options,
      committer: this.#committer,
      logs: new RunLogs(context.project.root, this.#run),
      tasks: this.#tasks.map(({ task }) => task),
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
    const onStop = (): void => this.#requestStop('gently', 'signal')
    const onKill = (): void => this.#requestStop('kill', 'signal')
    stop.addEventListener('abort', onStop, { once: true })
    kill.addEventListener('abort', onKill, { once: true })
    const stopListening = this.#context.control?.listen(this.#run, (task, how) => this.#cancel(task, how))
    await new Promise<void>((resolve) => {
      this.#finish = resolve
      this.#startDeadline()
      this.#dispatch({ type: 'run-started' })
      if (stop.aborted) onStop()
    })
    stopListening?.()
    this.#timers.forEach((timer) => clearTimeout(timer))
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
        void this.#start(action.task, action)
        break
      case 'wait':
        this.#after(action.ms, () => this.#dispatch({ type: 'wait-ended', task: action.task }))
        break
      case 'settle':
        this.#taskEnded(action.task, { result: action.result }, action.blockedBy)
        break
      case 'finish':
        this.#finish()
        break
    }
  }

  async #start(index: number, start: { readonly forced: boolean; readonly attempt: number }): Promise<void> {
    const { id, task } = this.#taskAt(index)
    if (!this.#begun.has(index)) {
      this.#begun.set(index, this.#context.clock().getTime())
      this.#startOrder.set(index, this.#startOrder.size)
      this.#emit({ type: 'task-started', task: id, reasons: task.reasons })
    }
    let outcome: StageOutcome
    try {
      outcome = await this.#attempt(index, start)
    } catch (error) {
      // A bug: let the rest end in order, then report it.
      this.#bug ??= error instanceof Error ? error : new Error('Internal error', { cause: error })
      outcome = { result: 'failed' }
      this.#stopCause ??= 'bug'
      this.#dispatch({ type: 'stop-requested' })
    }
    if (outcome.result !== 'failed' || !this.#isRepeated(index, start.attempt, outcome)) this.#endTask(index, outcome)
  }

  async #attempt(
    index: number,
    { forced, attempt }: { readonly forced: boolean; readonly attempt: number },
  ): Promise<StageOutcome> {
    const { id, task } = this.#taskAt(index)
    const policy = this.#policies.policyOf(task.stage)
    const devices = this.#devices.take(policy.resources.gpus)
    const signals = new StageSignals()
    this.#running.set(index, signals)
    try {
      return await this.#stages.handle(task, {
        forced,
        attempt,
        signals,
        timeout: policy.timeout,
        env: stageEnv(policy, this.#policies.secrets, devices),
        secrets: policy.secrets.flatMap((name) => this.#policies.secrets.get(name) ?? []),
        ...this.#listener(id, attempt),
      })
    } finally {
      this.#running.delete(index)
      this.#devices.give(devices)
    }
  }

  // Tells of a failed attempt, and has it tried again if that is asked for.
  #isRepeated(index: number, attempt: number, { reason, log }: StageOutcome): boolean {
    const { id, task } = this.#taskAt(index)
    if (reason === undefined || log === undefined) return false
    const { retries } = this.#policies.policyOf(task.stage)
    const luck = Math.random()
    const wait = shouldRetry(retries, reason, log) ? retryWait(this.#state, index, luck) : undefined
    this.#emit({ type: 'attempt-failed', task: id, attempt, reason, willRetryInMs: wait })
    if (wait === undefined) return false
    this.#dispatch({ type: 'attempt-failed', task: index, luck })
    return true
  }

  #endTask(index: number, outcome: StageOutcome): void {
    const { blockedBy } = outcome
    const by = blockedBy === undefined ? -1 : this.#tasks.findIndex(({ task }) => task.stage.id === blockedBy)
    this.#taskEnded(index, outcome, by === -1 ? undefined : by)
    this.#dispatch({ type: 'task-ended', task: index, result: outcome.result })
  }

  #taskEnded(index: number, outcome: StageOutcome, blockedBy: number | undefined): void {
    const { id, task } = this.#taskAt(index)
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
      blockedBy: blockedBy === undefined ? undefined : this.#taskAt(blockedBy).id,
      condition: outcome.condition,
      ...held,
    })
  }

  #listener(task: TaskId, attempt: number) {
    return {
      attemptStarted: (log: string) => this.#emit({ type: 'attempt-started', task, attempt, log }),
      commandStarted: (command: string) => this.#emit({ type: 'command-started', task, attempt, command }),
      warn: (problem: Problem) => {
        this.#problems.push(problem)
        this.#emit({ type: 'warning', task, code: problem.code, message: problem.message })
      },
      lockAwaited: (path: string, holders: string) => {
        const message = `Waiting for another process that works on \`${path}\` (${holders})`
        this.#emit({ type: 'warning', task, code: 'LOCK_WAIT', message })
      },
    }
  }

  #requestStop(how: 'gently' | 'kill', cause: StopCause): void {
    this.#stopCause ??= cause
    this.#emit({ type: 'stop-requested', how, cause })
    for (const signals of [this.#signals, ...this.#running.values()]) signals.request(how)
    this.#dispatch({ type: 'stop-requested' })
  }

  // From elsewhere: of the whole run, or of one task. A task that runs answers for itself.
  #cancel(task: TaskId | undefined, how: 'gently' | 'kill'): void {
    if (task === undefined) return this.#requestStop(how, 'request')
    const index = this.#tasks.findIndex(({ id }) => id === task)
    if (index === -1) return
    this.#emit({ type: 'cancel-requested', task })
    this.#running.get(index)?.request(how)
    this.#dispatch({ type: 'cancel-requested', task: index })
  }

  #startDeadline(): void {
    const { deadlineMs } = this.#policies
    if (deadlineMs === undefined) return
    this.#after(deadlineMs, () => {
      this.#requestStop('gently', 'deadline')
      this.#after(defaultGraceMs, () => this.#requestStop('kill', 'deadline'))
    })
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        then()
      },
      Math.min(ms, longestTimer),
    )
    this.#timers.add(timer)
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
    if (this.#stopCause !== undefined && this.#stopCause !== 'bug') return exitCodesOfStop[this.#stopCause]
    const failed = [...this.#lines.values()].some((line) => line.result === 'failed')
    const cancelled = [...this.#lines.values()].some((line) => line.result === 'cancelled')
    if (!isUnwritten && !failed && cancelled) return exitCodes.cancelled
    if (!isUnwritten && (!failed || this.#plan.options.onError === 'ignore')) return exitCodes.done
    const errors = this.#problems.filter((problem) => problem.severity === 'error')
    return errors.every((problem) => problem.code === 'LOCK_BUSY') ? exitCodes.temporary : exitCodes.stageFailed
  }

  #emit(event: DistributiveOmit<RunEvent, 'run' | 'at'>): void {
    const at = this.#context.clock().toISOString() as Instant
    this.#context.onEvent(this.#mask.value({ ...event, run: this.#run, at }))
  }

  #summarize({ id, task, schedulable }: FlatTask): (RunEvent & { type: 'run-started' })['tasks'][number] {
    const needs = schedulable.needs.map((need) => this.#taskAt(need).id)
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

  #taskAt(index: number): FlatTask {
    const task = this.#tasks[index]
    if (task === undefined) throw new Error(`Internal error: no task ${index}`)
    return task
  }

  #rootAddress(stage: Stage): string {
    return addressFrom(stage, this.#context.project.root, this.#context.project.root)
  }
}

// A stop that was asked for is no failure of a stage.
const exitCodesOfStop = {
  signal: exitCodes.interrupted,
  request: exitCodes.cancelled,
  deadline: exitCodes.deadline,
} as const

// Beyond 24 days a timer of Node fires at once.
const longestTimer = 2 ** 31 - 1

function stageEnv(
  { env, secrets, resources }: StagePolicy,
  values: Secrets,
  devices: readonly string[],
): Readonly<Record<string, string>> {
  return {
    ...env,
    ...Object.fromEntries(secrets.flatMap((name) => (values.has(name) ? [[name, values.get(name) ?? '']] : []))),
    ...(resources.gpus > 0 ? { CUDA_VISIBLE_DEVICES: devices.join(',') } : {}),
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
