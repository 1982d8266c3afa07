import type { Project } from '../model/project.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { buildStageGraph, cutFrozen, type StageGraph } from '../model/stage-graph.ts'
import type { Plan, ReproOptions } from '../plan/plan.ts'
import type { Secrets } from '../policy/read-secrets.ts'
import { defaultGraceMs, type StagePolicy } from '../policy/stage-policy.ts'
import { applyPolicies } from './apply-policies.ts'
import { StageSignals } from './attempt-signals.ts'
import { DevicePool } from './device-pool.ts'
import type { RunId, StopCause } from './events.ts'
import { type FlatTask, flattenPlan, taskAt } from './flatten-plan.ts'
import { ResultCommitter } from './result-committer.ts'
import type { RunContext, RunSummary } from './run-context.ts'
import { newRunId } from './run-id.ts'
import { RunLogs } from './run-logs.ts'
import { noPolicies, type RunPolicies } from './run-policies.ts'
import { retryWait, schedule, type SchedulerAction, type SchedulerEvent } from './scheduler.ts'
import { createScheduler, type SchedulerState } from './scheduler-state.ts'
import { RunStory } from './run-story.ts'
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
  readonly #story: RunStory
  readonly #policies: RunPolicies
  readonly #devices: DevicePool
  /** Of the tasks whose attempts run now. */
  readonly #running = new Map<number, StageSignals>()
  readonly #timers = new Set<NodeJS.Timeout>()
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
    const tasks = applyPolicies(this.#tasks, this.#policies, (address) => context.durations?.get(address))
    const { pools } = this.#policies
    this.#state = createScheduler(tasks, { jobs: context.jobs, onError, forceDownstream, pools })
    const now = context.clock()
    this.#run = newRunId(now)
    this.#story = new RunStory(context, {
      run: this.#run,
      tasks: this.#tasks,
      mask: new SecretMask(this.#policies.secrets.values()),
      startedAt: now.getTime(),
    })
    const inner = { ...context, signals: this.#signals }
    this.#committer = new ResultCommitter(inner, (...wait) => this.#story.repositoryAwaited(...wait))
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
    this.#story.runStarted()
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
    // This may have to wait for others, and then it can be given up.
    const unwritten = await this.#committer.close()
    stopListening?.()
    this.#timers.forEach((timer) => clearTimeout(timer))
    stop.removeEventListener('abort', onStop)
    kill.removeEventListener('abort', onKill)
    if (this.#bug !== undefined) throw this.#bug
    return this.#story.runEnded({
      unwritten,
      stopCause: this.#stopCause,
      onError: this.#plan.options.onError,
      changedFiles: this.#committer.changedFiles,
    })
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
        this.#story.taskEnded(action.task, { result: action.result }, action.blockedBy)
        break
      case 'finish':
        this.#finish()
        break
    }
  }

  async #start(index: number, start: { readonly forced: boolean; readonly attempt: number }): Promise<void> {
    this.#story.taskStarted(index)
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
    const { id, task } = taskAt(this.#tasks, index)
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
        commandsEnded: () => this.#dispatch({ type: 'commands-ended', task: index }),
        ...this.#story.attempt(id, attempt),
      })
    } finally {
      this.#running.delete(index)
      this.#devices.give(devices)
    }
  }

  // Tells of a failed attempt, and has it tried again if that is asked for.
  #isRepeated(index: number, attempt: number, { reason, log }: StageOutcome): boolean {
    const { id, task } = taskAt(this.#tasks, index)
    if (reason === undefined || log === undefined) return false
    const { retries } = this.#policies.policyOf(task.stage)
    const luck = Math.random()
    const wait = shouldRetry(retries, reason, log) ? retryWait(this.#state, index, luck) : undefined
    this.#story.attemptFailed(id, attempt, reason, wait)
    if (wait === undefined) return false
    this.#dispatch({ type: 'attempt-failed', task: index, luck })
    return true
  }

  #endTask(index: number, outcome: StageOutcome): void {
    const { blockedBy } = outcome
    const by = blockedBy === undefined ? -1 : this.#tasks.findIndex(({ task }) => task.stage.id === blockedBy)
    this.#story.taskEnded(index, outcome, by === -1 ? undefined : by)
    this.#dispatch({ type: 'task-ended', task: index, result: outcome.result })
  }

  #requestStop(how: 'gently' | 'kill', cause: StopCause): void {
    this.#stopCause ??= cause
    this.#story.stopRequested(how, cause)
    for (const signals of [this.#signals, ...this.#running.values()]) signals.request(how)
    this.#dispatch({ type: 'stop-requested' })
  }

  // From elsewhere: of the whole run, or of one task. A task that runs answers for itself.
  #cancel(task: TaskId | undefined, how: 'gently' | 'kill'): void {
    if (task === undefined) return this.#requestStop(how, 'request')
    const index = this.#tasks.findIndex(({ id }) => id === task)
    if (index === -1) return
    this.#story.cancelRequested(task)
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
}

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
