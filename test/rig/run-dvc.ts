import { relative } from 'node:path'
import { parseDocument } from 'yaml'
import type { Change } from './change.ts'
import type { ProgramOptions, Rig } from './open-rig.ts'
import type { Scenario, Step } from './scenarios.ts'
import type { Snapshot } from './snapshot.ts'

/** What DVC did with one stage. */
export type Verdict = 'ran' | 'restored' | 'skipped' | 'verified'

/** One run of a scenario as DVC did it. */
export interface GoldenRun {
  readonly name: string
  /** `dvc status --json` before it. */
  readonly status: unknown
  /** In the order in which DVC came to them. */
  readonly verdicts: readonly (readonly [address: string, verdict: Verdict])[]
  readonly snapshot: Snapshot
}

/** What DVC did with a fixture: the file `test/golden/<fixture>.json`. */
export interface Golden {
  readonly dvc: string
  /** Producer and consumer of every edge, as addresses seen from the root. */
  readonly edges: readonly (readonly [string, string])[]
  readonly runs: readonly GoldenRun[]
}

export const firstRun = 'first run'

/** Plays a scenario with the real DVC. */
export async function playWithDvc(rig: Rig, scenario: Scenario): Promise<Golden> {
  const version = (await rig.forkedDvc(['--version'])).stdout.trim()
  const dag = await rig.forkedDvc(['dag', '--dot'], { cwd: scenario.cwd ?? '.' })
  const runs: GoldenRun[] = []
  for (const { name, change, command, args, at } of runsOf(scenario)) {
    await rig.change(change)
    const status = JSON.parse((await rig.forkedDvc(['status', '--json'], at)).stdout) as unknown
    const result = await rig.forkedDvc([command, ...args], at)
    if (result.exitCode !== 0) throw new Error(`dvc ${command} failed at "${name}": ${result.stdout}${result.stderr}`)
    runs.push({ name, status, verdicts: verdictsIn(result.stdout), snapshot: await rig.snapshot() })
  }
  return { dvc: version, edges: edgesIn(dag.stdout), runs }
}

/** The runs of a scenario: what comes before each, and how the programs are called. */
export function runsOf(scenario: Scenario): readonly Run[] {
  const steps: [string, Step][] = [[firstRun, {}], ...Object.entries(scenario.then)]
  return steps.map(([name, step]) => ({
    name,
    change: step,
    command: step.command ?? 'repro',
    args: step.args ?? (step.command === undefined ? (scenario.args ?? []) : []),
    at: { cwd: scenario.cwd ?? '.' },
  }))
}

export interface Run {
  readonly name: string
  readonly change: Change
  readonly command: string
  readonly args: readonly string[]
  readonly at: ProgramOptions
}

/** Reads what DVC says on stdout: the lines that scripts match on. */
export function verdictsIn(stdout: string): [string, Verdict][] {
  const patterns: readonly (readonly [RegExp, Verdict])[] = [
    [/^Running stage '(.*)':$/, 'ran'],
    [/^Stage '(.*)' is cached - skipping run, checking out outputs$/, 'restored'],
    [/^(?:Stage )?'(.*)' didn't change, skipping$/, 'skipped'],
    [/^Verifying (?:data sources in stage|outputs in frozen stage): '(.*)'$/, 'verified'],
  ]
  return stdout.split('\n').flatMap((line) =>
    patterns.flatMap(([pattern, verdict]): [string, Verdict][] => {
      const address = pattern.exec(line)?.[1]
      return address === undefined ? [] : [[address, verdict]]
    }),
  )
}

function edgesIn(dot: string): [string, string][] {
  return dot.split('\n').flatMap((line): [string, string][] => {
    const edge = /^"(.*)" -> "(.*)";$/.exec(line.trim())
    return edge === null ? [] : [[edge[1]!, edge[2]!]]
  })
}

/** How many commands each stage of the locks has, by address as seen from `cwd`. */
export function commandCounts(snapshot: Snapshot, cwd = '.'): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [path, text] of Object.entries(snapshot.locks)) {
    const { stages } = parseDocument(text).toJS() as { stages: Record<string, { cmd: string | string[] }> }
    const file = relative(cwd, path.replace(/lock$/, 'yaml'))
    const prefix = file === 'dvc.yaml' ? '' : `${file}:`
    for (const [name, { cmd }] of Object.entries(stages)) {
      counts.set(`${prefix}${name}`, typeof cmd === 'string' ? cmd.replace(/\n$/, '').split('\n').length : cmd.length)
    }
  }
  return counts
}
