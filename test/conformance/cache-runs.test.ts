import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ValueMap } from '../../src/base/value.ts'
import { toLockEntry } from '../../src/project/lock/lock-entry.ts'
import { readLock } from '../../src/project/lock/read-lock.ts'
import { type DvcProject, openDvcProject } from '../rig/dvc-project.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { takeSnapshot } from '../rig/snapshot.ts'

const pipeline = `
stages:
  make:
    cmd: mkdir -p out dd && cp src.txt out/ && cp src.txt dd/a && echo é > z && echo '{"acc":0.5}' > m.json
    deps: [src.txt]
    params: [p, q.r, size, big]
    outs: [out, z, dd]
    metrics: [{m.json: {cache: false}}]
  list:
    cmd: [cp dd/a list, 'true']
    deps: [dd]
    params:
    - other.json:
    outs: [list]
`

const params =
  'p: 1\nsize: 3\nbig: 12345678901234567890\nq:\n  r: [1, 2.5, true, null, x, 1.0e-7, "é\\u007f\\U0001F600"]\n'

for (const config of [[], ['cache.shared group']]) {
  liveTest(`run cache entries are DVC's own${config.length > 0 ? ', in a group too' : ''}`, async (dvc) => {
    await using project = await openDvcProject(dvc, config)
    writeFileSync(join(project.root, 'src.txt'), 'data')
    writeFileSync(join(project.root, 'params.yaml'), params)
    writeFileSync(join(project.root, 'other.json'), '{"x": {"nfiles": 1, "y": [1.0, 1e300]}}')
    writeFileSync(join(project.root, 'dvc.yaml'), pipeline)
    project.dvc('repro', '-q')
    const theirs = await runs(project)
    expect(Object.keys(theirs).length).toBeGreaterThan(4)

    const entries = lockEntries(project)
    const { runCache } = await project.openWorkspace()
    for (const entry of entries) expect(await runCache.find(entry)).toEqual(entry)
    rmSync(join(project.root, '.dvc/cache/runs'), { recursive: true })
    for (const entry of entries) expect(await runCache.find(entry)).toBeUndefined()
    for (const entry of entries) await runCache.save(entry)
    expect(await runs(project)).toEqual(theirs)
  })
}

function lockEntries(project: DvcProject): readonly ValueMap[] {
  const { lock, problems } = readLock(readFileSync(join(project.root, 'dvc.lock'), 'utf8'), 'dvc.lock')
  expect(problems).toEqual([])
  return [...lock.entries.values()].map(toLockEntry)
}

async function runs({ root, cache }: DvcProject): Promise<Readonly<Record<string, string>>> {
  return (await takeSnapshot(root, cache)).runs
}
