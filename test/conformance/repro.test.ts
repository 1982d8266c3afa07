import { expect, test } from 'vitest'
import { comparable } from '../rig/comparable.ts'
import type { DvcAnswer } from '../rig/forked-dvc.ts'
import { readGolden } from '../rig/golden.ts'
import { endLaterFirst } from '../rig/later-first.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openRig, type Rig } from '../rig/open-rig.ts'
import type { ProgramResult } from '../rig/program.ts'
import { commandCounts, runsOf, verdictsIn, type Golden, type GoldenRun } from '../rig/run-dvc.ts'
import { scenarios, type Scenario } from '../rig/scenarios.ts'
import { share } from '../rig/tally.ts'
import { verdictsOf } from '../rig/verdicts.ts'

for (const [name, scenario] of Object.entries(scenarios)) {
  test(`${name}: later stages end first, and everything is left as a serial DVC leaves it`, async (context) => {
    const golden = await readGolden(name)
    await using rig = await openRig(scenario.fixture ?? name, scenario)
    await runLaterFirst(rig, scenario, golden)
    expect(comparable(await rig.snapshot(), scenario)).toEqual(comparable(golden.runs[0]!.snapshot, scenario))
    share(context, 'Histories left as a serial DVC leaves them, later stages ending first', { equal: 1, of: 1 })
  })

  test(`${name}: run after run, status, verdicts and bytes are those of DVC`, async (context) => {
    const golden = await readGolden(name)
    await using rig = await openRig(scenario.fixture ?? name, scenario)
    for (const [index, { name: run, change, command, args, at }] of runsOf(scenario).entries()) {
      await rig.change(change)
      const wanted = golden.runs[index]!
      // In JSON our paths are relative to the root, DVC's to the folder of the call.
      if (scenario.cwd === undefined) {
        expect({ run, status: statusIn(await succeed(rig.cli(['status', '--json'], at).result)) }).toEqual({
          run,
          status: wanted.status,
        })
      }
      const verb = command === 'repro' ? ['run', '-j2', '--json'] : [command]
      const result = await rig.cli([...verb, ...args], at).result
      expect({ run, exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ run, exitCode: 0 })
      if (command === 'repro') {
        expect({ run, verdicts: verdictsOf(result, scenario) }).toEqual({ run, verdicts: asSet(wanted, scenario) })
      }
      expect({ run, ...comparable(await rig.snapshot(), scenario) }).toEqual({
        run,
        ...comparable(wanted.snapshot, scenario),
      })
    }
    share(context, 'Histories equal to DVC run after run', { equal: 1, of: 1 })
  })

  liveTest(`${name}: the real DVC finds nothing to do after us`, async (_, context) => {
    const golden = await readGolden(name)
    await using rig = await openRig(scenario.fixture ?? name, scenario)
    const { args, at } = runsOf(scenario)[0]!
    await succeed(rig.cli(['run', '-j2', ...args], at).result)
    expect(JSON.parse(await succeed(rig.forkedDvc(['status', '--json'], at)))).toEqual(golden.runs[1]!.status)
    const verdicts = verdictsIn(await succeed(rig.forkedDvc(['repro', ...args], at)))
    expect(verdicts).toEqual(golden.runs[1]!.verdicts)
    share(context, 'Histories after which DVC finds nothing to do', { equal: 1, of: 1 })
  })

  liveTest(`${name}: we find nothing to do after the real DVC`, async (_, context) => {
    const golden = await readGolden(name)
    await using rig = await openRig(scenario.fixture ?? name, scenario)
    const { args, at } = runsOf(scenario)[0]!
    await succeed(rig.forkedDvc(['repro', ...args], at))
    const before = await rig.snapshot()
    const result = await rig.cli(['run', '-j2', '--json', ...args], at).result
    expect(verdictsOf(result, scenario)).toEqual(asSet(golden.runs[1]!, scenario))
    expect(await rig.snapshot()).toEqual(before)
    share(context, 'Histories after which we find nothing to do', { equal: 1, of: 1 })
  })
}

/** What `dvc status --json` would say. */
function statusIn(stdout: string): Record<string, unknown> {
  const { stages } = JSON.parse(stdout) as { stages: { address: string; changes: unknown[] }[] }
  return Object.fromEntries(
    stages.filter(({ changes }) => changes.length > 0).map((stage) => [stage.address, stage.changes]),
  )
}

async function runLaterFirst(rig: Rig, scenario: Scenario, golden: Golden): Promise<void> {
  const first = golden.runs[0]!
  const { args, at } = runsOf(scenario)[0]!
  const gate = await rig.gate()
  const program = rig.cli(['run', '-j2', ...args], { ...at, env: gate.env })
  const order = stagesThatRun(first, scenario)
  const commands = commandCounts(first.snapshot, at.cwd)
  const ended = await endLaterFirst(gate, { program, jobs: 2, order, edges: golden.edges, commands })
  const result = await program.result
  expect({ exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ exitCode: 0 })
  expect(ended.length).toBe(order.length)
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

async function succeed(call: Promise<DvcAnswer | ProgramResult>): Promise<string> {
  const result = await call
  expect({ exitCode: result.exitCode, output: result.stdout + result.stderr }).toMatchObject({ exitCode: 0 })
  return result.stdout
}
