import type { Calibration, Calibrator } from './calibrate.ts'
import type { Command, Cost, Stopwatch } from './stopwatch.ts'

/** Something that is worth measuring. */
export interface BenchCase {
  readonly name: string
  readonly says: string
  /** Part of `--quick`. */
  readonly quick: boolean
  /** Makes the contest in an empty folder, and makes sure that what will be measured gives the right result. */
  readonly prepare: (place: Place) => Promise<Contest>
}

export interface Place {
  readonly folder: string
  readonly stopwatch: Stopwatch
  readonly quick: boolean
}

export interface Contest {
  readonly ours: Command
  /** By name; those that this machine lacks are left out. */
  readonly peers: Readonly<Record<string, Command>>
  readonly goals: readonly Goal[]
}

/** `atLeast`: how many times as much the peer costs. `atMost`: how many times as much we cost. */
export interface Goal {
  readonly against: string
  readonly of: keyof Cost
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Verdict {
  readonly goal: Goal
  /** Undefined: the peer is missing. */
  readonly ratio: number | undefined
  readonly met: boolean | 'noisy' | 'not run'
}

export interface Outcome {
  readonly name: string
  readonly says: string
  readonly ours: Cost
  readonly peers: Readonly<Record<string, Cost>>
  readonly verdicts: readonly Verdict[]
  readonly calibration: readonly [before: Calibration, after: Calibration]
  readonly rounds: number
}

interface Patience {
  /** How often each command is measured. */
  readonly rounds: number
  /** A peer that takes longer than this many seconds is measured once. */
  readonly slowSeconds: number
}

/** Measures ours and the peers by turns, so that whatever else the machine does hits all alike; medians count. If the
 * machine is not the same before and after, it is done again, up to three times; then the verdict is `noisy`. */
export async function holdContest(
  { name, says }: BenchCase,
  contest: Contest,
  { stopwatch, calibrator, ...patience }: Patience & { stopwatch: Stopwatch; calibrator: Calibrator },
): Promise<Outcome> {
  const slow = new Map<string, Cost>()
  for (let attempt = 1; ; attempt++) {
    const before = await calibrator.calibrate()
    const costs = await measureByTurns(contest, stopwatch, patience, slow)
    const after = await calibrator.calibrate()
    const isSteady = calibrator.agree(before, after)
    if (!isSteady && attempt < 3) continue
    const { ours = neverMeasured(name), ...peers } = costs
    const verdicts = contest.goals.map((goal) => judge(goal, ours, peers[goal.against], isSteady))
    return { name, says, ours, peers, verdicts, calibration: [before, after], rounds: patience.rounds }
  }
}

async function measureByTurns(
  { ours, peers }: Contest,
  stopwatch: Stopwatch,
  { rounds, slowSeconds }: Patience,
  slow: Map<string, Cost>,
): Promise<Record<string, Cost>> {
  const commands = Object.entries({ ours, ...peers })
  const found = new Map<string, Cost[]>(commands.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, command] of commands) {
      const known = slow.get(name)
      const cost = known ?? (await stopwatch.measure(command))
      if (name !== 'ours' && cost.wall > slowSeconds) slow.set(name, cost)
      found.get(name)!.push(cost)
    }
  }
  return Object.fromEntries([...found].map(([name, costs]) => [name, medianOf(costs)]))
}

function judge(goal: Goal, ours: Cost, peer: Cost | undefined, isSteady: boolean): Verdict {
  if (peer === undefined) return { goal, ratio: undefined, met: 'not run' }
  const ratio = goal.atLeast === undefined ? ours[goal.of] / peer[goal.of] : peer[goal.of] / ours[goal.of]
  const isMet = goal.atLeast === undefined ? ratio <= (goal.atMost ?? Infinity) : ratio >= goal.atLeast
  return { goal, ratio, met: isSteady ? isMet : 'noisy' }
}

function medianOf(costs: readonly Cost[]): Cost {
  const of = (key: keyof Cost): number => {
    const sorted = costs.map((cost) => cost[key]).toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]!
  }
  return { wall: of('wall'), cpu: of('cpu'), memory: of('memory') }
}

function neverMeasured(name: string): never {
  throw new Error(`Internal error: ${name} was not measured`)
}
