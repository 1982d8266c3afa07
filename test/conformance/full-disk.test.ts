import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type TestContext } from 'vitest'
import { unwrittenRecords } from '../../src/run/read-journal.ts'
import { type JournalRecord, RecordJournal } from '../../src/run/record-journal.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { notRunNote } from '../rig/peer-test.ts'
import { share } from '../rig/tally.ts'
import { lastObject } from '../rig/verdicts.ts'

// Four stages after each other, each with 600 KiB that differ and as much to say.
const stages = ['a', 'b', 'c', 'd']
const text = (name: string): string => `yes ${name} | head -c 600000`
const pipeline = `stages:\n${stages
  .map((name, i) => {
    const deps = i === 0 ? '' : `, deps: [${stages[i - 1]}]`
    return `  ${name}: {cmd: '${text(name)} > ${name}; ${text(name)}'${deps}, outs: [${name}]}\n`
  })
  .join('')}`

/** What stands on the small file system, by its size in KiB: too small for all four. */
const places = { workspace: 3000, cache: 1500, 'our own folder': 1500 } as const

for (const [place, size] of Object.entries(places)) {
  liveTest(
    `a full disk for the ${place}: the run says so, keeps what is done, and goes on when there is room`,
    async (_, context) => {
      using small = mountSmall(size, context)
      await using rig = await openProject(
        async (root) => {
          mkdirSync(join(root, '.dvc'))
          const cache = place === 'cache' ? `[cache]\n    dir = ${small.path}/cache\n` : ''
          writeFileSync(join(root, '.dvc/config'), cache)
          writeFileSync(join(root, 'dvc.yaml'), pipeline)
          writeFileSync(join(root, '.gitignore'), '/kept\n')
        },
        {
          ...(place === 'workspace' ? { in: small.path } : {}),
          cache: place === 'cache' ? join(small.path, 'cache') : '.dvc/cache',
        },
      )
      if (place === 'our own folder') execFileSync('ln', ['-s', small.path, join(rig.root, '.restage')])
      const met = await rig.cli(['run', '--json', '-j1']).result
      expect(met.stderr).not.toMatch(/\n\s+at /)
      const done = doneIn(met.stdout)
      if (place === 'our own folder') {
        // Only what was printed is cut short, if anything is.
        expect(met.exitCode === 0 || done.length > 0).toBe(true)
      } else {
        expect(met.exitCode).not.toBe(0)
        expect(done.length).toBeGreaterThan(0)
        expect(done.length).toBeLessThan(stages.length)
        // It may be the command that finds no room, and says so for itself.
        expect(met.stdout).toMatch(/ENOSPC|COMMAND_FAILED/)
      }
      expect(ignoredIn(rig)).toContain('/kept')
      execFileSync('mount', ['-o', 'remount,size=20m', small.path])
      expect((await rig.forkedDvc(['status', '--json'])).exitCode).toBe(0)
      expect(await rig.cli(['run', '--json', '-j1']).result).toMatchObject({ exitCode: 0 })
      expect((await rig.forkedDvc(['status'])).stdout).toContain('up to date')
      expect(ignoredIn(rig)).toEqual(['/kept', ...stages.map((name) => `/${name}`)])
      expect(unfinished(rig)).toEqual([])
      share(context, 'Full disks after which all goes on', { equal: 1, of: 1 })
    },
  )
}

liveTest(
  'a disk that is full when ignore lines are to be written: none is lost or cut, and nothing runs twice',
  async (_, context) => {
    using small = mountSmall(500, context)
    await using rig = await openProject(
      (root) => {
        mkdirSync(join(root, '.dvc'))
        writeFileSync(join(root, '.dvc/config'), `[cache]\n    dir = ${small.beside}/cache\n`)
        // The second one leaves no room for anything.
        writeFileSync(
          join(root, 'dvc.yaml'),
          `stages:
  a: {cmd: 'echo a > a; echo a >> ${small.beside}/ran', outs: [a]}
  b: {cmd: 'echo b > b; echo b >> ${small.beside}/ran; cat /dev/zero > ../fill 2> /dev/null; true', deps: [a], outs: [b]}
`,
        )
        writeFileSync(join(root, '.gitignore'), '/kept\n')
        mkdirSync(join(small.beside, 'own'))
        symlinkSync(join(small.beside, 'own'), join(root, '.restage'))
        return Promise.resolve()
      },
      { in: small.path, cache: join(small.beside, 'cache') },
    )
    const met = await rig.cli(['run', '-j1']).result
    expect(met.exitCode).toBe(1)
    expect(met.stderr).toMatch(/FILE_FAILED.*ENOSPC[^]*Free some space and run again; finished stages are kept/)
    expect(['/kept', '/kept\n/a'].map((text) => `${text}\n`)).toContain(
      readFileSync(join(rig.root, '.gitignore'), 'utf8'),
    )
    rmSync(join(rig.folder, 'fill'))
    // DVC itself needs more.
    execFileSync('mount', ['-o', 'remount,size=20m', small.path])
    expect(await rig.cli(['run', '-j1']).result).toMatchObject({ exitCode: 0 })
    expect(ignoredIn(rig)).toEqual(['/kept', '/a', '/b'])
    expect(readFileSync(join(small.beside, 'ran'), 'utf8')).toBe('a\nb\n')
    expect((await rig.forkedDvc(['status'])).stdout).toContain('up to date')
    expect(unfinished(rig)).toEqual([])
    share(context, 'Full disks after which all goes on', { equal: 1, of: 1 })
  },
)

test('a full disk leaves no half record in the journal of a run, which would spoil the next one', (context) => {
  using small = mountSmall(32, context)
  const journal = new RecordJournal(small.path)
  const record = (stage: string, cmd: string): JournalRecord => {
    return { lock: 'dvc.lock', stage, rank: 0, entry: new Map([['cmd', cmd]]), before: undefined, ignore: [] }
  }
  journal.append(record('a', 'true'))
  expect(() => journal.append(record('b', 'x'.repeat(40_000)))).toThrow('ENOSPC')
  journal.append(record('c', 'true'))
  journal.close({ isEmpty: false })
  expect(unwrittenRecords(small.path).map(({ stage }) => stage)).toEqual(['a', 'c'])
})

function ignoredIn({ root }: Rig): readonly string[] {
  return readFileSync(join(root, '.gitignore'), 'utf8').trimEnd().split('\n')
}

function doneIn(stdout: string): readonly string[] {
  const { tasks } = lastObject(stdout) as { tasks: { address: string; result: string }[] }
  return tasks.filter(({ result }) => result === 'ran').map(({ address }) => address)
}

function unfinished({ root }: Rig): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /(?:^|\/)\.[^/]*\.tmp$/.test(path))
}

interface SmallDisk {
  readonly path: string
  /** A folder with room. */
  readonly beside: string
}

/** A small file system in memory. */
function mountSmall(sizeKb: number, context: TestContext): Disposable & SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'small-'))
  const beside = mkdtempSync(join(tmpdir(), 'beside-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    for (const folder of [path, beside]) rmSync(folder, { recursive: true })
    context.skip(`${notRunNote}a full disk needs the right to mount one (root)`)
  }
  return {
    path,
    beside,
    [Symbol.dispose]: () => {
      execFileSync('umount', ['-l', path])
      for (const folder of [path, beside]) rmSync(folder, { recursive: true })
    },
  }
}
