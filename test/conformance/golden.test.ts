import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readGolden, writeGolden } from '../rig/golden.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openRig } from '../rig/open-rig.ts'
import { checkout } from '../rig/peers.ts'
import { playWithDvc } from '../rig/run-dvc.ts'
import { scenarios } from '../rig/scenarios.ts'

test('every fixture project has a scenario', async () => {
  const fixtures = Object.entries(scenarios).map(([name, { fixture }]) => fixture ?? name)
  expect([...new Set(fixtures)].toSorted()).toEqual((await readdir(join(checkout, 'fixtures/dvc-repos'))).toSorted())
})

for (const [name, scenario] of Object.entries(scenarios)) {
  liveTest(`${name}: the recorded results are those of the real DVC`, async () => {
    await using rig = await openRig(scenario.fixture ?? name, scenario)
    const golden = await playWithDvc(rig, scenario)
    if (process.env['RESTAGE_RECORD'] === '1') await writeGolden(name, golden)
    expect(golden).toEqual(await readGolden(name))
  })
}
