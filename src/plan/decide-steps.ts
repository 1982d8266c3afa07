import { unreachable } from '../base/unreachable.ts'
import type { Problem } from '../base/problem.ts'
import type { Result } from '../base/result.ts'
import { itemRecord } from '../cache/item-record.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { findItem, type ItemRecord, type StageRecord } from '../project/record.ts'
import type { Condition } from './condition.ts'
import { conditionOutlook } from './condition-outlook.ts'
import { type ExpectedStatus, expectStatus } from './expected-status.ts'
import { findEarlierResults } from './find-earlier-results.ts'
import { findForbiddenOuts } from './find-forbidden-outs.ts'
import { findObstacles, makes } from './find-obstacles.ts'
import { isBroughtIn } from './is-brought-in.ts'
import type { Blockage, Decision, ReproOptions, TaskCondition } from './plan.ts'
import type { PlanStep } from './plan-scope.ts'
import type { Reason, StageStatus } from './reasons.ts'
import { hasCommand } from './run-cache-rules.ts'
import { isChanged } from './is-changed.ts'
import { type OutsEffect, UpstreamOutlook } from './upstream-outlook.ts'
import type { CacheView } from './workspace-view.ts'

export interface DecideRequest {
  readonly steps: readonly PlanStep[]
  /** Of each step. */
  readonly statuses: readonly Result<StageStatus>[]
  readonly records: ReadonlyMap<StageId, StageRecord>
  readonly workspace: CacheView
  readonly options: ReproOptions
}

export interface DecidedStep {
  readonly decision: Decision
  readonly reasons: readonly Reason[]
  readonly blocked?: Blockage
  readonly condition?: TaskCondition
}

interface Decided {
  readonly decided: DecidedStep
  /** The record of the results that a `restore` brings back. */
  readonly restored?: StageRecord
}

/** Decides for each step, in order, what a run will do with it. What earlier steps will have done counts as far as it is
 * known; where it is not, the answer is `maybe`, never `skip`: a skip is relied upon. */
export async function decideSteps(request: DecideRequest): Promise<readonly DecidedStep[]> {
  const decider = new Decider(request)
  for (const step of request.steps.keys()) await decider.decide(step)
  return decider.decided
}

class Decider {
  readonly decided: DecidedStep[] = []
  readonly #request: DecideRequest
  readonly #outlook: UpstreamOutlook
  /** As they will stand once the steps decided so far are carried out. */
  readonly #records: Map<StageId, StageRecord>
  #isAnythingRun = false

  constructor(request: DecideRequest) {
    this.#request = request
    this.#outlook = new UpstreamOutlook(request.steps)
    this.#records = new Map(request.records)
  }

  async decide(index: number): Promise<void> {
    const step = this.#step(index)
    const { decided, restored } = this.#permitted(step, await this.#decide(step, this.#request.statuses[index]!))
    this.decided.push(decided)
    this.#outlook.note(this.#effectOf(step, decided.decision, restored, this.#request.statuses[index]!))
    if (restored !== undefined) this.#records.set(step.stage.id, restored)
    this.#isAnythingRun ||= ['run', 'maybe', 'restore', 'import'].includes(decided.decision)
  }

  // What may not be touched shows before anything runs.
  #permitted(step: PlanStep, made: Decided): Decided {
    const { decision, reasons } = made.decided
    if (['skip', 'frozen', 'blocked'].includes(decision)) return made
    const forbidden = findForbiddenOuts(step.stage, step.name, this.#request.workspace)
    return forbidden.length === 0 ? made : { decided: blocked([], forbidden, reasons) }
  }

  async #decide(step: PlanStep, status: Result<StageStatus>): Promise<Decided> {
    const by =
      this.#request.options.onError === 'ignore'
        ? []
        : [...step.needs, ...step.waits].filter((need) => this.decided[need]?.decision === 'blocked')
    if (step.faults.length > 0 || by.length > 0) return { decided: this.#blockedBy(by, step.faults) }
    return step.condition === undefined
      ? this.#decideFreely(step, status)
      : this.#decideUnder(step.condition, step, status)
  }

  #blockedBy(by: readonly number[], faults: readonly Problem[]): DecidedStep {
    const isWithheld = faults.length === 0 && by.every((need) => this.decided[need]?.blocked?.isWithheld)
    const names = by.map((need) => this.#step(need).name)
    return isWithheld ? withheld(names, []) : blocked(names, faults, [])
  }

  // If the condition is met, or could be, whatever else is found out holds too.
  async #decideUnder(condition: Condition, step: PlanStep, status: Result<StageStatus>): Promise<Decided> {
    const outlook = conditionOutlook(condition, this.#outlook, (need) => this.#step(need).name)
    if (outlook.condition === undefined) return { decided: blocked([], outlook.problems, []) }
    const task = { condition: outlook.condition }
    const because = outlook.reason === undefined ? [] : [outlook.reason]
    if (task.condition.outlook === 'unmet') return { decided: { decision: 'skip', reasons: because, ...task } }
    const made = await this.#decideFreely(step, status)
    const { decision, reasons } = made.decided
    return task.condition.outlook === 'met' || ['skip', 'frozen', 'blocked'].includes(decision)
      ? { ...made, decided: { ...made.decided, ...task } }
      : { decided: { decision: 'maybe', reasons: [...because, ...reasons], ...task } }
  }

  async #decideFreely(step: PlanStep, status: Result<StageStatus>): Promise<Decided> {
    const forcing = this.#forcing(step)
    if (forcing.length > 0) return { decided: this.#decideForced(step, status, forcing) }
    if (!status.ok) return { decided: this.#decideUnreadable(step, status.problems) }
    const expected = expectStatus(status.value, this.#outlook, (need) => this.#step(need).name)
    if (!this.#isChanged(step, expected.status, this.#request.options.allowMissing)) {
      return { decided: this.#decideUnchanged(step, expected) }
    }
    return this.#decideChanged(step, expected)
  }

  #forcing({ needs }: PlanStep): readonly Reason[] {
    const { force, forceDownstream } = this.#request.options
    if (force) return [{ code: 'forced' }]
    if (!forceDownstream) return []
    return needs.flatMap((need) =>
      this.#isReproduced(need) ? [{ code: 'upstream.ran', stage: this.#step(need).name }] : [],
    )
  }

  // What DVC counts as reproduced; its direct dependents are forced then (`repo/reproduce.py::_reproduce`).
  #isReproduced(need: number): boolean {
    const decision = this.decided[need]?.decision
    return decision === 'run' || decision === 'restore' || decision === 'verify' || decision === 'import'
  }

  // A forced command runs even if a dep is missing: it may make it itself.
  #decideForced(step: PlanStep, status: Result<StageStatus>, forcing: readonly Reason[]): DecidedStep {
    const reasons = [...forcing, ...(status.ok ? status.value.reasons : [])]
    const by = status.ok ? this.#withheldBy(step, status.value) : []
    if (by.length > 0) return withheld(by, reasons)
    const decision = handling(step.stage, this.#records.get(step.stage.id))
    const obstacles = decision === 'verify' && status.ok ? this.#obstacles(step, status.value) : []
    return obstacles.length > 0 ? blocked([], obstacles, reasons) : { decision, reasons }
  }

  // An upstream stage may yet mend what cannot be read now.
  #decideUnreadable(step: PlanStep, problems: readonly Problem[]): DecidedStep {
    if (!this.#outlook.anyChange(step.needs)) return blocked([], problems, [])
    const reasons = step.needs.map((need): Reason => ({ code: 'upstream.ran', stage: this.#step(need).name }))
    return { decision: 'maybe', reasons }
  }

  #decideUnchanged({ stage }: PlanStep, { status, isOpen }: ExpectedStatus): DecidedStep {
    if (isOpen) return { decision: 'maybe', reasons: status.reasons.filter((reason) => reason.code === 'upstream.ran') }
    return { decision: stage.frozen ? 'frozen' : 'skip', reasons: [] }
  }

  async #decideChanged(step: PlanStep, expected: ExpectedStatus): Promise<Decided> {
    const { status } = expected
    const { reasons } = status
    const { pull } = this.#request.options
    if (pull && !expected.isOpen && !this.#isChanged(step, status, true))
      return { decided: { decision: 'pull', reasons } }
    const by = this.#withheldBy(step, status)
    if (by.length > 0) return { decided: withheld(by, reasons) }
    const obstacles = this.#obstacles(step, status)
    if (obstacles.length > 0) return { decided: blocked([], obstacles, reasons) }
    const decision = handling(step.stage, this.#records.get(step.stage.id))
    if (decision !== 'run' || !expected.areDepsKnown) return { decided: { decision, reasons } }
    const restored = await this.#findEarlier(step.stage, expected)
    return restored === undefined
      ? { decided: { decision, reasons } }
      : { decided: { decision: 'restore', reasons }, restored }
  }

  async #findEarlier(stage: Stage, { status, predicted }: ExpectedStatus): Promise<StageRecord | undefined> {
    const { workspace, options } = this.#request
    const deps: ItemRecord[] = []
    for (const dep of stage.deps) {
      if (dep.kind !== 'file') continue
      const item = predicted.get(dep.target) ?? (await this.#itemNow(dep.path, dep.target, status))
      if (item === undefined) return undefined
      deps.push({ ...item, path: dep.path })
    }
    const params = new Map([...status.params].map(([file, read]) => [file, read.values]))
    return findEarlierResults(
      { stage, previous: status.record, deps: { deps, params }, runCache: options.runCache },
      workspace,
    )
  }

  // A dep of DVC 2.x that has changed is recorded anew, and looked up, by today's hash.
  async #itemNow(path: string, target: string, { hashes, record }: StageStatus): Promise<ItemRecord | undefined> {
    const hash = hashes.get(target)
    if (hash === undefined) return undefined
    if (hash.hashName !== 'md5-dos2unix' || findItem(record?.deps ?? [], path)?.hash === hash.oid)
      return itemRecord(path, hash)
    const rehashed = await this.#request.workspace.digest(target, 'md5')
    return rehashed.ok ? itemRecord(path, rehashed.value) : undefined
  }

  #effectOf(
    step: PlanStep,
    decision: Decision,
    restored: StageRecord | undefined,
    status: Result<StageStatus>,
  ): OutsEffect {
    const now = status.ok ? status.value : undefined
    switch (decision) {
      case 'skip':
      case 'frozen':
      case 'verify':
      case 'blocked':
        return { kind: 'none' }
      case 'run':
      case 'maybe':
      case 'import':
        return { kind: 'unknown' }
      case 'restore':
      case 'pull': {
        const record = restored ?? this.#records.get(step.stage.id)
        return record === undefined ? { kind: 'unknown' } : { kind: 'known', record, now }
      }
      default:
        return unreachable(decision)
    }
  }

  #isChanged({ producers }: PlanStep, status: StageStatus, allowMissing: boolean): boolean {
    return isChanged(status, { allowMissing, producers, records: this.#records })
  }

  #obstacles(step: PlanStep, status: StageStatus): readonly Problem[] {
    const { workspace, options } = this.#request
    return findObstacles(step, status, { workspace, options, isAnythingRun: this.#isAnythingRun })
  }

  // Missing deps that stages would make which are skipped by condition.
  #withheldBy({ stage, needs }: PlanStep, { deps }: StageStatus): readonly string[] {
    const missing = stage.deps.flatMap((dep) =>
      (dep.kind === 'file' || dep.kind === 'params') && deps.get(dep.path) === 'deleted' ? [dep] : [],
    )
    if (missing.length === 0) return []
    const unmet = needs.filter((need) => this.decided[need]?.condition?.outlook === 'unmet')
    const makers = unmet.map((need) => this.#step(need))
    return makers.filter((maker) => missing.some((dep) => makes(maker.stage, dep))).map(({ name }) => name)
  }

  #step(index: number): PlanStep {
    const step = this.#request.steps[index]
    if (step === undefined) throw new Error(`Internal error: no step ${index}`)
    return step
  }
}

/** What is done with a stage that is handled (DVC: `stage/__init__.py::run`). */
function handling(stage: Stage, record: StageRecord | undefined): 'run' | 'verify' | 'import' {
  if (isBroughtIn(stage, record)) return 'import'
  return hasCommand(stage) && !stage.frozen ? 'run' : 'verify'
}

function blocked(by: readonly string[], problems: readonly Problem[], reasons: readonly Reason[]): DecidedStep {
  return { decision: 'blocked', reasons, blocked: { by, problems } }
}

function withheld(by: readonly string[], reasons: readonly Reason[]): DecidedStep {
  return { decision: 'blocked', reasons, blocked: { by, problems: [], isWithheld: true } }
}
