import type { Goal, Outcome, Verdict } from './contest.ts'

/** When and where something was measured. */
export interface Setting {
  readonly date: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  readonly quick: boolean
}

export type Measured = Outcome & Setting

/** The page `docs/benchmarks.md`. */
export function toMarkdown(outcomes: readonly Measured[]): string {
  const verdicts = outcomes.flatMap((outcome) => outcome.verdicts)
  const met = verdicts.filter((verdict) => verdict.met === true).length
  const settings = [...new Set(outcomes.map((outcome) => shownSetting(outcome)))]
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench -- --write`. Each case runs ours and its peers by turns in one go; medians count, and only ratios are',
    'compared with goals, because machines differ and are shared. Every case gives the right result before it is timed: after a run `dvc',
    'status` must be clean. Runs are measured with everything on: DVC’s locks, run cache, ignore lines, durable records. `noisy`: the',
    'machine was not as fast after the case as before it, three times over.',
    '',
    ...settings.map((setting) => `${setting}.`),
    `Goals met: ${met} of ${verdicts.length}.`,
    '',
    '| case | what | ours | peers | goal | ratio | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...outcomes.flatMap(rowsOf),
    '',
  ].join('\n')
}

function shownSetting({ date, machine, versions, quick }: Setting): string {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `${date}, ${machine}; ${peers.join(', ')}${quick ? '; the short form (`--quick`)' : ''}`
}

function rowsOf(outcome: Outcome): readonly string[] {
  const peers = Object.entries(outcome.peers).map(
    ([name, cost]) => `${name} ${shownSeconds(cost.wall)} (${shownSeconds(cost.cpu)} CPU)`,
  )
  const { ours } = outcome
  const memory = outcome.verdicts.some(({ goal }) => goal.of === 'memory')
    ? `, ${Math.round(ours.memory / 1024)} MiB`
    : ''
  const first = `| ${outcome.name} | ${outcome.says} | ${shownSeconds(ours.wall)} (${shownSeconds(ours.cpu)} CPU${memory}) | ${peers.join('; ')} |`
  const [verdict, ...more] = outcome.verdicts
  return [`${first} ${cellsOf(verdict!)}`, ...more.map((other) => `| | | | | ${cellsOf(other)}`)]
}

function cellsOf({ goal, ratio, met }: Verdict): string {
  const word = met === true ? 'met' : met === false ? '**not met**' : met
  return `${shownGoal(goal)} | ${ratio === undefined ? '–' : shownRatio(ratio)} | ${word} |`
}

/** `≥ 60 × dvc repro`: the peer costs at least 60 times as much; `≤ 2 × make`: we cost at most twice as much. */
export function shownGoal({ against, of, atLeast, atMost }: Goal): string {
  const kind = of === 'wall' ? '' : of === 'cpu' ? ', CPU' : ', memory'
  const share = atLeast === undefined ? `≤ ${shownRatio(atMost ?? Infinity)}` : `≥ ${shownRatio(atLeast)}`
  return `${share} × ${against}${kind}`
}

/** Three digits that matter. */
export function shownRatio(ratio: number): string {
  return String(Number(ratio.toPrecision(3)))
}

export function shownSeconds(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  return `${seconds < 1000 ? seconds.toPrecision(3) : Math.round(seconds).toLocaleString('en')} s`
}
