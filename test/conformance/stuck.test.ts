import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { share } from '../rig/tally.ts'

const pipeline = 'stages:\n  a: {cmd: cp in a, deps: [in], outs: [a]}\n  b: {cmd: cp a b, deps: [a], outs: [b]}\n'
/** No system gives such an id to a process. */
const deadPid = 2 ** 22 + 1

interface Stuck {
  readonly name: string
  readonly make: (rig: Rig) => void
  /** What `dvc repro` says and exits with. */
  readonly theirs: readonly [exitCode: number, words: RegExp]
  readonly ours: readonly [exitCode: number, words: RegExp]
  /** What our words say to do, where we do not go on by ourselves. */
  readonly remedy?: (rig: Rig) => void
}

const stuck: readonly Stuck[] = [
  {
    name: 'an empty rwlock',
    make: (rig) => put(rig, '.dvc/tmp/rwlock', ''),
    theirs: [255, /Unable to read RWLock-file/],
    ours: [0, /`\.dvc\/tmp\/rwlock` was empty or cut off/],
  },
  {
    name: 'a rwlock that is cut off',
    make: (rig) => put(rig, '.dvc/tmp/rwlock', '{"read": {"/x'),
    theirs: [255, /Unable to read RWLock-file/],
    ours: [0, /`\.dvc\/tmp\/rwlock` was empty or cut off/],
  },
  {
    name: 'a rwlock of another form',
    make: (rig) => put(rig, '.dvc/tmp/rwlock', '{"read": []}'),
    theirs: [255, /format error/],
    ours: [1, /RWLOCK_INVALID.*not in DVC's format[^]*Remove the file/],
    remedy: (rig) => rmSync(join(rig.root, '.dvc/tmp/rwlock')),
  },
  {
    name: 'entries of a dead process in the rwlock',
    make: (rig) => {
      const [path, holder] = [join(rig.root, 'a'), { pid: deadPid, cmd: 'dvc repro' }]
      put(rig, '.dvc/tmp/rwlock', JSON.stringify({ read: { [path]: [holder] }, write: { [path]: holder } }))
    },
    theirs: [0, /had been killed. Auto removed it/],
    ours: [0, /PID 4194305 \(dvc repro\) died while it worked on `a`/],
  },
  {
    name: 'an empty guard of the rwlock',
    make: (rig) => put(rig, '.dvc/tmp/rwlock.lock', ''),
    theirs: [0, /^/],
    ours: [0, /ran 2/],
  },
  {
    name: 'an empty repository lock',
    make: (rig) => put(rig, '.dvc/tmp/lock', ''),
    theirs: [0, /^/],
    ours: [0, /ran 2/],
  },
  {
    name: 'a repository lock with the id of a dead process',
    make: (rig) => put(rig, '.dvc/tmp/lock', ` ${deadPid}\n`),
    theirs: [0, /^/],
    ours: [0, /ran 2/],
  },
  {
    name: 'empty folders of the run cache',
    make: (rig) => runEntries(rig).forEach((path) => rmSync(join(rig.root, path))),
    theirs: [255, /join\(\) argument must be str/],
    ours: [0, /Folder `\.dvc\/cache\/runs\/[^]* was empty/],
  },
  {
    name: 'empty entries of the run cache',
    make: (rig) => runEntries(rig).forEach((path) => put(rig, path, '')),
    theirs: [0, /corrupted cache file/],
    ours: [0, /Entry `\.dvc\/cache\/runs\/[^]* was damaged/],
  },
  {
    name: 'entries of the run cache that are cut off',
    make: (rig) =>
      runEntries(rig).forEach((path) => put(rig, path, readFileSync(join(rig.root, path), 'utf8').slice(0, 20))),
    theirs: [0, /corrupted cache file/],
    ours: [0, /Entry `\.dvc\/cache\/runs\/[^]* was damaged/],
  },
  {
    name: 'an empty dvc.lock',
    make: (rig) => put(rig, 'dvc.lock', ''),
    theirs: [255, /validation failed/],
    ours: [255, /`dvc\.lock` is empty[^]*Restore the file from git, or delete it/],
    remedy: (rig) => rmSync(join(rig.root, 'dvc.lock')),
  },
]

for (const { name, make, theirs, ours, remedy } of stuck) {
  liveTest(`${name}, as killed processes leave it: we go on, or say what to do`, async (_, context) => {
    await using rig = await openStuck()
    expect((await rig.forkedDvc(['repro', '-q'])).exitCode).toBe(0)
    const spoil = (input: string): void => {
      make(rig)
      // The run cache is only asked where no lock entry fits.
      if (name.includes('run cache')) rmSync(join(rig.root, 'dvc.lock'), { force: true })
      else put(rig, 'in', input)
    }
    spoil('2\n')
    const dvc = await rig.forkedDvc(['repro'])
    expect([dvc.exitCode, dvc.stderr]).toEqual([theirs[0], expect.stringMatching(theirs[1])])
    spoil('3\n')
    const met = await rig.cli(['run', '--lock-timeout', '0']).result
    expect([met.exitCode, met.stdout + met.stderr]).toEqual([ours[0], expect.stringMatching(ours[1])])
    if (remedy !== undefined) {
      remedy(rig)
      expect(await rig.cli(['run', '-q']).result).toMatchObject({ exitCode: 0 })
    }
    const after = await rig.forkedDvc(['repro'])
    expect([after.exitCode, after.stdout]).toEqual([0, expect.stringContaining('up to date')])
    share(context, 'States that killed processes leave, after which we go on or say what to do', { equal: 1, of: 1 })
  })
}

for (const command of [['checkout'], ['commit', '--force']])
  liveTest(`${command[0]} tells that it has healed a rwlock, in the words of a run`, async () => {
    await using rig = await openStuck()
    expect((await rig.forkedDvc(['repro', '-q'])).exitCode).toBe(0)
    for (const text of ['', '{"read": {"/x']) {
      put(rig, '.dvc/tmp/rwlock', text)
      const met = await rig.cli(command).result
      expect([met.exitCode, met.stderr]).toEqual([0, expect.stringMatching(/RWLOCK_RESTORED.*was empty or cut off/)])
      put(rig, '.dvc/tmp/rwlock', text)
      const { problems } = JSON.parse((await rig.cli([...command, '--json']).result).stdout) as {
        problems: { code: string }[]
      }
      expect(problems.map(({ code }) => code)).toEqual(['RWLOCK_RESTORED'])
    }
    expect((await rig.forkedDvc(['repro'])).exitCode).toBe(0)
  })

function openStuck(): Promise<Rig> {
  return openProject((root) => {
    mkdirSync(join(root, '.dvc'))
    for (const [path, text] of Object.entries({ '.dvc/config': '', 'dvc.yaml': pipeline, in: '1\n' }))
      writeFileSync(join(root, path), text)
    return Promise.resolve()
  })
}

function put(rig: Rig, path: string, text: string): void {
  writeFileSync(join(rig.root, path), text)
}

function runEntries(rig: Rig): readonly string[] {
  const names = readdirSync(join(rig.root, '.dvc/cache/runs'), { recursive: true, encoding: 'utf8' })
  return names.filter((path) => /\/[0-9a-f]{64}\/[0-9a-f]{64}$/.test(path)).map((path) => `.dvc/cache/runs/${path}`)
}
