import { expect } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { randomProject } from '../rig/random-project.ts'
import type { Snapshot } from '../rig/snapshot.ts'

// `npm run test:long -- --seed N` sets both: other projects, and many more of them.
const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const projects = process.env['RESTAGE_LONG'] === undefined ? 6 : 200
const runsPerProject = 4

for (let index = 0; index < projects; index++) {
  const project = seed * 100_000 + index
  liveTest(`random project ${project}: run after run, we leave what DVC leaves`, async () => {
    const { fill, change } = randomProject(project)
    await using dvc = await openProject(fill)
    await using ours = await openProject(fill)
    const history: string[] = []
    for (let run = 0; run < runsPerProject; run++) {
      const [theirs, mine] = [await dvc.dvc(['repro', '-P']).result, await ours.cli(['run', '-P', '-j3']).result]
      expect({ history, failed: mine.exitCode !== 0, told: mine.stderr }).toMatchObject({
        history,
        failed: theirs.exitCode !== 0,
      })
      // A failing run is compared no further: DVC takes ignore lines of finished stages back, we do not.
      if (theirs.exitCode !== 0) return
      const left = await snapshotOf(dvc)
      expect({ history, ...(await snapshotOf(ours)) }).toEqual({ history, ...left })
      history.push(await change([dvc.root, ours.root], Object.keys(left.files)))
    }
  })
}

// Links into the cache name the project's folder, which differs.
async function snapshotOf(rig: Rig): Promise<Snapshot> {
  return JSON.parse(JSON.stringify(await rig.snapshot()).replaceAll(rig.root, '')) as Snapshot
}
