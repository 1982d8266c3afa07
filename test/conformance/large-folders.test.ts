import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { tally } from '../rig/tally.ts'

const count = process.env['RESTAGE_LONG'] === undefined ? 3_000 : 100_000

// Names that sort otherwise as numbers, as paths and as text; some contents repeat.
const cmd = `mkdir -p many/sub && seq ${count} | awk '{ file = ($1 % 3 ? "many/" : "many/sub/") $1; print $1 % ${Math.floor(count * 0.9)} > file; close(file) }'`

async function open(): Promise<Rig> {
  return await openProject(async (root) => {
    mkdirSync(join(root, '.dvc'))
    writeFileSync(join(root, '.dvc/config'), '')
    writeFileSync(
      join(root, 'dvc.yaml'),
      `stages:\n  make:\n    cmd: >-\n      ${cmd}\n    outs: [many]\n  read: {cmd: ls -R many | wc -l > count, deps: [many], outs: [count]}\n`,
    )
  })
}

liveTest(
  'a folder of very many files is stored, told and brought back as by DVC',
  async (_, context) => {
    await using theirs = await open()
    await using ours = await open()
    expect(await theirs.forkedDvc(['repro', '-q'])).toMatchObject({ exitCode: 0 })
    expect(await ours.cli(['run', '-q']).result).toMatchObject({ exitCode: 0 })
    expect(await ours.snapshot()).toEqual(await theirs.snapshot())
    expect((await ours.forkedDvc(['status'])).stdout).toContain('up to date')
    for (const rig of [theirs, ours]) await rig.change({ remove: ['many/sub'], write: { 'many/1': 'changed\n' } })
    expect(await theirs.forkedDvc(['checkout', '-q', '-f'])).toMatchObject({ exitCode: 0 })
    expect(await ours.cli(['checkout', '-f']).result).toMatchObject({ exitCode: 0 })
    expect(await ours.snapshot()).toEqual(await theirs.snapshot())
    tally(context, `Scale: a folder of ${count} files is left as DVC leaves it`)
  },
  30 * 60_000,
)
