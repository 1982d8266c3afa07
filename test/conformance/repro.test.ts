import { expect, test } from 'vitest'
import { readGolden } from '../rig/golden.ts'
import { endLaterFirst } from '../rig/later-first.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openRig, type Rig } from '../rig/open-rig.ts'
import type { Program } from '../rig/program.ts'
import { commandCounts, firstRun, runsOf, verdictsIn, type Golden, type GoldenRun } from '../rig/run-dvc.ts'
import { scenarios, type Scenario } from '../rig/scenarios.ts'
import type { Snapshot } from '../rig/snapshot.ts'
import { verdictsOf } from '../rig/verdicts.ts'

for (const [fixture, scenario] of Object.entries(scenarios)) {
  test(`${fixture}: later stages end first, and everything is left as a serial DVC leaves it`, async () => {
    const golden = await readGolden(fixture)
    await using rig = await openRig(fixture, scenario)
    await runLaterFirst(rig, scenario, golden)
    expect(comparable(await rig.snapshot(), scenario)).toEqual(comparable(golden.runs[0]!.snapshot, scenario))
  })

  test(`${fixture}: run after run, the verdicts and the bytes are those of DVC`, async () => {
    const golden = await readGolden(fixture)
    await using rig = await openRig(fixture, scenario)
    for (const [name, change] of runsOf(scenario)) {
      if (change !== undefined) await rig.change(change)
      const wanted = golden.runs.find((run) => run.name === name)!
      const result = await rig.cli(['run', '-j2', '--json', ...(scenario.args ?? [])]).result
      expect({ run: name, exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ run: name, exitCode: 0 })
      expect({ run: name, verdicts: verdictsOf(result, scenario) }).toEqual({
        run: name,
        verdicts: asSet(wanted, scenario),
      })
      expect({ run: name, ...comparable(await rig.snapshot(), scenario) }).toEqual({
        run: name,
        ...comparable(wanted.snapshot, scenario),
      })
    }
  })

  liveTest(`${fixture}: the real DVC finds nothing to do after us`, async () => {
    const golden = await readGolden(fixture)
    await using rig = await openRig(fixture, scenario)
    await succeed(rig.cli(['run', '-j2', ...(scenario.args ?? [])]))
    expect(JSON.parse(await succeed(rig.dvc(['status', '--json'])))).toEqual(golden.runs[0]!.status)
    const verdicts = verdictsIn(await succeed(rig.dvc(['repro', ...(scenario.args ?? [])])))
    expect(verdicts).toEqual(golden.runs.find((run) => run.name === 'nothing has changed')!.verdicts)
  })

  liveTest(`${fixture}: we find nothing to do after the real DVC`, async () => {
    const golden = await readGolden(fixture)
    await using rig = await openRig(fixture, scenario)
    await succeed(rig.dvc(['repro', ...(scenario.args ?? [])]))
    const before = await rig.snapshot()
    const result = await rig.cli(['run', '-j2', '--json', ...(scenario.args ?? [])]).result
    expect(verdictsOf(result, scenario)).toEqual(asSet(golden.runs[1]!, scenario))
    expect(await rig.snapshot()).toEqual(before)
  })
}

async function runLaterFirst(rig: Rig, scenario: Scenario, golden: Golden): Promise<void> {
  const first = golden.runs.find((run) => run.name === firstRun)!
  const gate = await rig.gate()
  const program = rig.cli(['run', '-j2', ...(scenario.args ?? [])], { env: gate.env })
  const order = stagesThatRun(first, scenario)
  const all = endLaterFirst(gate, { jobs: 2, order, edges: golden.edges, commands: commandCounts(first.snapshot) })
  // Whichever comes first: a run that ends before its stages have all been seen must not hang the test.
  await Promise.race([all, program.result])
  const result = await program.result
  expect({ exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ exitCode: 0 })
  expect((await all).length).toBe(order.length)
}

/** Stages whose result DVC took from the run cache because a stage before had just made it run by themselves here. */
function stagesThatRun(run: GoldenRun, scenario: Scenario): string[] {
  const wanted = scenario.sharesResults === true ? ['ran', 'restored'] : ['ran']
  return run.verdicts.filter(([, verdict]) => wanted.includes(verdict)).map(([address]) => address)
}

function asSet(run: GoldenRun, scenario: Scenario): Record<string, string> {
  const same = scenario.sharesResults === true ? 'ran' : 'restored'
  return Object.fromEntries(
    run.verdicts.map(([address, verdict]) => [address, verdict === 'restored' ? same : verdict]),
  )
}

async function succeed(program: Program): Promise<string> {
  const result = await program.result
  expect({ exitCode: result.exitCode, output: result.stdout + result.stderr }).toMatchObject({ exitCode: 0 })
  return result.stdout
}

/** Where DVC's own order is not settled, entries and lines are compared as sets. */
function comparable(snapshot: Snapshot, scenario: Scenario): Snapshot {
  if (scenario.anyOrder !== true) return snapshot
  return { ...snapshot, locks: sorted(snapshot.locks, /\n(?= {2}\S)/), ignores: sorted(snapshot.ignores, /\n/) }
}

function sorted(texts: Readonly<Record<string, string>>, separator: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [path, text.trimEnd().split(separator).toSorted().join('\n')]),
  )
}
