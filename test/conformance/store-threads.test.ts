import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { objectFaults, unfinished } from '../rig/crash/check-after.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { testWith } from '../rig/peer-test.ts'
import { stracePeer } from '../rig/peers.ts'
import { share } from '../rig/tally.ts'

// So many that threads store them. Some contents repeat, one is empty, and some are too large to be stored by the way.
const count = 3100

async function open(): Promise<Rig> {
  return await openProject(
    (root) => {
      mkdirSync(join(root, '.dvc'))
      writeFileSync(join(root, '.dvc/config'), '')
      writeFileSync(join(root, 'data.dvc'), 'outs:\n- path: data\n')
      mkdirSync(join(root, 'data/sub'), { recursive: true })
      for (let index = 0; index < count; index++)
        writeFileSync(join(root, index % 3 === 0 ? 'data' : 'data/sub', `f${index}`), `content ${index % 2900}\n`)
      writeFileSync(join(root, 'data/empty'), '')
      for (const kib of [64, 128, 300])
        for (const more of [0, 1])
          writeFileSync(join(root, `data/l${kib}-${more}`), Buffer.alloc(kib * 1024 + more, kib))
      return Promise.resolve()
    },
    { untracked: ['data'] },
  )
}

liveTest(
  'a data set that threads store is stored as DVC stores it, also if its digests are known',
  async (_, context) => {
    await using theirs = await open()
    await using ours = await open()
    // DVC takes a file without `hash: md5` for one of DVC 2.x.
    await theirs.change({ remove: ['data.dvc'] })
    expect(await theirs.forkedDvc(['add', '-q', 'data'])).toMatchObject({ exitCode: 0 })
    const { objects } = await theirs.snapshot()
    for (const reading of ['first', 'second']) {
      expect(await ours.cli(['commit', '-f', 'data.dvc']).result).toMatchObject({ exitCode: 0 })
      expect({ reading, objects: (await ours.snapshot()).objects }).toEqual({ reading, objects })
      expect(objectFaults(ours)).toEqual([])
      rmSync(join(ours.root, '.dvc/cache'), { recursive: true })
    }
    share(context, 'Data sets that threads store as DVC does', { equal: 2, of: 2 })
  },
)

liveTest('threads leave no object as it is that is not what its name says', async (_, context) => {
  await using rig = await open()
  expect(await rig.cli(['commit', '-f', 'data.dvc']).result).toMatchObject({ exitCode: 0 })
  const wanted = await rig.snapshot()
  // The MD5 of `content 1`.
  const object = join(rig.root, '.dvc/cache/files/md5', '58/ca7abc42b2cdfe2e08655d485de77e')
  expect(existsSync(object)).toBe(true)
  chmodSync(object, 0o644)
  writeFileSync(object, 'damaged')
  expect(await rig.cli(['commit', '-f', 'data.dvc']).result).toMatchObject({ exitCode: 0 })
  expect(readFileSync(object, 'utf8')).toBe('content 1\n')
  expect(await rig.snapshot()).toEqual(wanted)
  share(context, 'Damaged objects that are mended', { equal: 1, of: 1 })
})

/** Of the calls of one thread, which one. */
const moments = [
  { call: 'openat', nth: 900 },
  { call: 'write', nth: 300 },
  { call: 'rename', nth: 20 },
  { call: 'rename', nth: 300 },
] as const

testWith(stracePeer)(
  'killed while threads store, no object is half written, and the next command goes on',
  async (strace, context) => {
    await using undisturbed = await open()
    expect(await undisturbed.cli(['commit', '-f', 'data.dvc']).result).toMatchObject({ exitCode: 0 })
    const wanted = await undisturbed.snapshot()
    for (const { call, nth } of moments) {
      await using rig = await open()
      const kill = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${nth}`]
      const under = ['setsid', strace, '-f', '-q', '-o', join(rig.folder, 'trace'), ...kill]
      const killed = await rig.cli(['commit', '-f', 'data.dvc'], { under }).result
      expect({ call, nth, exitCode: killed.exitCode }).not.toMatchObject({ exitCode: 0 })
      expect(existsSync(join(rig.root, '.dvc/cache/files/md5'))).toBe(true)
      expect(objectFaults(rig)).toEqual([])
      expect(await rig.cli(['commit', '-f', 'data.dvc']).result).toMatchObject({ exitCode: 0 })
      expect(await rig.snapshot()).toEqual(wanted)
      expect(unfinished(rig.root)).toEqual([])
    }
    share(context, 'Kills while threads store, after which all goes on', { equal: moments.length, of: moments.length })
  },
)
