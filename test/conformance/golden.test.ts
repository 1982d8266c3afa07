import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { comparable } from '../rig/comparable.ts'
import { readGolden, writeGolden } from '../rig/golden.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openRig } from '../rig/open-rig.ts'
import { checkout } from '../rig/peers.ts'
import { playWithDvc, type Golden } from '../rig/run-dvc.ts'
import { scenarios, type Scenario } from '../rig/scenarios.ts'
import { share, tally } from '../rig/tally.ts'

test('every fixture project has a scenario', async (context) => {
  const fixtures = Object.entries(scenarios).map(([name, { fixture }]) => fixture ?? name)
  expect([...new Set(fixtures)].toSorted()).toEqual((await readdir(join(checkout, 'fixtures/dvc-repos'))).toSorted())
  tally(context, `Fixtures: ${new Set(fixtures).size} projects with ${fixtures.length} histories`)
})

for (const [name, scenario] of Object.entries(scenarios)) {
  liveTest(`${name}: the recorded results are those of the real DVC`, async (_, context) => {
    await using rig = await openRig(scenario.fixture ?? name, scenario)
    const golden = await playWithDvc(rig, scenario)
    if (process.env['RESTAGE_RECORD'] === '1') await writeGolden(name, golden)
    expect(settled(golden, scenario)).toEqual(settled(await readGolden(name), scenario))
    share(context, 'Recorded histories that the real DVC repeats', { equal: 1, of: 1 })
  })
}

/** Where DVC goes by the order in which the file system lists a folder, another machine may differ. */
function settled(golden: Golden, scenario: Scenario): Golden {
  if (scenario.anyOrder !== true) return golden
  const runs = golden.runs.map((run) => ({
    ...run,
    verdicts: run.verdicts.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    snapshot: comparable(run.snapshot, scenario),
  }))
  return { ...golden, edges: golden.edges.toSorted(byText), runs }
}

function byText(a: readonly string[], b: readonly string[]): number {
  return a.join('\n') < b.join('\n') ? -1 : 1
}
