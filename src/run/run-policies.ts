import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { Stage } from '../model/stage.ts'
import type { Machine } from '../policy/machine.ts'
import { policyProblems } from '../policy/problems.ts'
import { readSecrets, type Secrets } from '../policy/read-secrets.ts'
import type { Settings } from '../policy/settings.ts'
import { defaultPolicy, type Limits, type StagePolicy, type TimeoutPolicy } from '../policy/stage-policy.ts'
import type { Demand, Pools } from './pools.ts'

/** Settings made ready for one run: everything is known to be there. */
export interface RunPolicies {
  readonly order: Settings['order']
  readonly deadlineMs: number | undefined
  readonly policyOf: (stage: Stage) => StagePolicy
  readonly conditionOf: Settings['conditionOf']
  readonly pools: Pools
  readonly usesOf: (stage: Stage) => readonly Demand[]
  /** Devices that can be given to stages. */
  readonly gpus: readonly string[]
  readonly secrets: Secrets
}

/** Of a run without settings. */
export const noPolicies: RunPolicies = {
  order: 'deps',
  deadlineMs: undefined,
  policyOf: () => defaultPolicy,
  conditionOf: () => undefined,
  pools: {},
  usesOf: () => [],
  gpus: [],
  secrets: new Map(),
}

/** Makes settings ready for a run of `stages`, or says what they ask for and cannot have. */
export function preparePolicies(
  settings: Settings,
  run: {
    /** Those that may run. */
    readonly stages: readonly Stage[]
    readonly addressOf: (stage: Stage) => string
    readonly jobs: number
    readonly env: NodeJS.ProcessEnv
    readonly machine: () => Machine
    /** For stages that have none of their own. */
    readonly timeout: TimeoutPolicy | undefined
  },
): Result<RunPolicies> {
  const { order, deadlineMs, conditionOf } = settings
  const policyOf = (stage: Stage): StagePolicy => {
    const policy = settings.policyOf(stage) ?? defaultPolicy
    return policy.timeout === undefined && run.timeout !== undefined ? { ...policy, timeout: run.timeout } : policy
  }
  const concerned = run.stages.filter((stage) => settings.policyOf(stage) !== undefined)
  if (concerned.length === 0) return ok({ ...noPolicies, order, deadlineMs, policyOf, conditionOf })

  const supply = supplyOf(settings.limits, run.machine(), run.jobs)
  const asked = concerned.map((stage) => ({ stage, ...policyOf(stage) }))
  const beyond = asked.flatMap(({ stage, resources }) => checkDemand(run.addressOf(stage), stage, resources, supply))
  const secrets = readSecrets(asked, run.env, run.addressOf)
  if (beyond.length > 0 || !secrets.ok) return failed(...beyond, ...(secrets.ok ? [] : secrets.problems))
  const usesOf = (stage: Stage): readonly Demand[] => demandsOf(policyOf(stage), supply)
  return ok({
    order,
    deadlineMs,
    policyOf,
    conditionOf,
    pools: poolsOf(supply, asked),
    usesOf,
    gpus: supply.gpus,
    secrets: secrets.value,
  })
}

interface Supply extends Machine {
  readonly tokens: Readonly<Record<string, number>>
}

// With more jobs than cores, stages that ask for nothing run as many at once as without any settings.
function supplyOf({ cpus, memory, gpus, tokens = {} }: Limits, machine: Machine, jobs: number): Supply {
  return {
    cpus: cpus ?? Math.max(machine.cpus, jobs),
    memory: memory ?? machine.memory,
    gpus: gpus === undefined ? machine.gpus : typeof gpus === 'number' ? numbered(gpus, machine.gpus) : gpus,
    tokens,
  }
}

function numbered(count: number, found: readonly string[]): readonly string[] {
  return Array.from({ length: count }, (_, index) => found[index] ?? String(index))
}

function checkDemand(
  address: string,
  stage: Stage,
  { gpus, tokens }: StagePolicy['resources'],
  supply: Supply,
): readonly Problem[] {
  const asked: readonly (readonly [what: string, asked: number, limit: number])[] = [
    ['gpus', gpus, supply.gpus.length],
    ...Object.entries(tokens).map(([name, count]) => [name, count, tokenLimit(supply, name)] as const),
  ]
  return asked
    .filter(([, count, limit]) => count > limit)
    .map(([what, count, limit]) => policyProblems.beyondLimit(address, stage.at, what, count, limit))
}

function tokenLimit({ tokens }: Supply, name: string): number {
  return Object.hasOwn(tokens, name) ? (tokens[name] ?? 0) : 1
}

// Thousandths: sums of fractions must come out even.
const perCpu = 1000

// A stage that asks for more cores or memory than there is has all of it.
function demandsOf({ resources, mutex }: StagePolicy, supply: Supply): readonly Demand[] {
  const demands = [
    { pool: 'cpus', amount: Math.round(Math.min(resources.cpus, supply.cpus) * perCpu) },
    { pool: 'memory', amount: Math.min(resources.memory, supply.memory) },
    { pool: 'gpus', amount: resources.gpus },
    ...Object.entries(resources.tokens).map(([name, amount]) => ({ pool: `token:${name}`, amount })),
    ...[...new Set(mutex)].map((name) => ({ pool: `mutex:${name}`, amount: 1 })),
  ]
  return demands.filter(({ amount }) => amount > 0)
}

function poolsOf(supply: Supply, asked: readonly StagePolicy[]): Pools {
  const tokens = asked.flatMap(({ resources }) => Object.keys(resources.tokens))
  const mutexes = asked.flatMap(({ mutex }) => mutex)
  return Object.fromEntries([
    ['cpus', Math.round(supply.cpus * perCpu)],
    ['memory', supply.memory],
    ['gpus', supply.gpus.length],
    ...tokens.map((name) => [`token:${name}`, tokenLimit(supply, name)] as const),
    ...mutexes.map((name) => [`mutex:${name}`, 1] as const),
  ])
}
