import { expect } from 'vitest'
import { FuzzBench } from '../rig/fuzz/fuzz-bench.ts'
import type { ProjectFiles } from '../rig/fuzz/project.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { chapters } from '../rig/traps/chapters.ts'
import { titleOf } from '../rig/traps/trap.ts'

const settings: ProjectFiles = { '.dvc/config': '[core]\n    no_scm = true\n' }

for (const chapter of chapters) {
  for (const trap of chapter.traps) {
    const { proof } = trap
    if ('project' in proof) {
      liveTest(titleOf(chapter, trap), async (dvc) => {
        await using bench = new FuzzBench(dvc)
        const files = { ...settings, ...proof.project }
        expect(await bench.compareViews(files)).toEqual([])
        expect(await bench.viewOf(files)).toMatchObject(proof.seen)
      })
    } else if ('history' in proof) {
      liveTest(titleOf(chapter, trap), async (dvc) => {
        await using bench = new FuzzBench(dvc)
        const files = { '.dvc/config': '', ...proof.history }
        const changes = proof.changes.map((kind) => ({ kind, pick: 0 }))
        expect(await bench.compareRuns({ files, changes })).toEqual([])
        expect(bench.runs).toBe(proof.runs)
      })
    }
  }
}
