import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { StageDescription } from '../../src/cli/actions/stages.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { share, tally } from '../rig/tally.ts'
import { lastObject } from '../rig/verdicts.ts'

const good = '  good: {cmd: echo 1 > o, outs: [o]}\n'

/** What DVC refuses as a whole and we show in part; one row for each row of the compatibility page. */
const kindnesses: Readonly<Record<string, { readonly files: Readonly<Record<string, string>>; shown: string[] }>> = {
  'a shell default in a command': {
    files: { 'dvc.yaml': `stages:\n${good}  s: {cmd: 'echo \${NAME:-x}'}\n` },
    shown: ['good'],
  },
  '`live` of DVC 2': {
    files: { 'dvc.yaml': `stages:\n${good}  s:\n    cmd: echo 1\n    live: {logs: {html: true}}\n` },
    shown: ['good', 's'],
  },
  'a lock of DVC 1': {
    files: { 'dvc.yaml': `stages:\n${good}`, 'dvc.lock': 'good:\n  cmd: echo 1 > o\n' },
    shown: ['good'],
  },
  'a lock that git ignores': {
    files: { 'dvc.yaml': `stages:\n${good}`, '.gitignore': '/dvc.lock\n', 'dvc.lock': "schema: '2.0'\nstages: {}\n" },
    shown: ['good'],
  },
  'a stage file elsewhere that cannot be parsed': {
    files: { 'dvc.yaml': `stages:\n${good}`, 'sub/dvc.yaml': 'stages: [\n' },
    shown: ['good'],
  },
  'a broken .dvc file': {
    files: { 'dvc.yaml': `stages:\n${good}`, 'a.dvc': 'cmd: x\nnobody: 1\n' },
    shown: ['good'],
  },
}

for (const [name, { files, shown }] of Object.entries(kindnesses)) {
  liveTest(`${name} is refused by DVC; we show the rest and run nothing`, async (_, context) => {
    await using rig = await openProject(async (root) => {
      await mkdir(join(root, '.dvc'))
      for (const [path, text] of Object.entries({ '.dvc/config': '', ...files }))
        await mkdir(dirname(join(root, path)), { recursive: true }).then(() => writeFile(join(root, path), text))
    })
    const before = await rig.snapshot()
    const { stdout } = await rig.cli(['stages', '--json']).result
    const { stages } = lastObject(stdout) as { readonly stages: readonly StageDescription[] }
    expect(stages.map((stage) => stage.name).toSorted()).toEqual(shown)
    expect((await rig.cli(['run', 'good']).result).exitCode).not.toBe(0)
    expect(await rig.snapshot()).toEqual(before)
    expect((await rig.forkedDvc(['repro'])).exitCode).not.toBe(0)
    tally(context, `Kindness: ${name}`)
    share(context, 'Kindnesses listed', { equal: 1, of: 1 })
  })
}

const usable: Readonly<Record<string, (rig: Rig) => Promise<void>>> = {
  'a dependency on storage without its plugin': async ({ root }) =>
    await writeFile(join(root, 'dvc.yaml'), `stages:\n${good}  far: {cmd: echo 1, deps: ['s3://bucket/file']}\n`),
  'a project outside git': async ({ root }) => await rm(join(root, '.git'), { recursive: true }),
}

for (const [name, prepare] of Object.entries(usable)) {
  liveTest(`${name} is refused by DVC; everything else runs with us`, async (_, context) => {
    await using rig = await openProject(async (root) => {
      await mkdir(join(root, '.dvc'))
      await writeFile(join(root, '.dvc/config'), '')
      await writeFile(join(root, 'dvc.yaml'), `stages:\n${good}`)
    })
    await prepare(rig)
    expect((await rig.forkedDvc(['repro', 'good'])).exitCode).not.toBe(0)
    expect(await rig.cli(['run', 'good']).result).toMatchObject({ exitCode: 0 })
    expect(Object.keys((await rig.snapshot()).locks)).toEqual(['dvc.lock'])
    tally(context, `Kindness: ${name}`)
    share(context, 'Kindnesses listed', { equal: 1, of: 1 })
  })
}
