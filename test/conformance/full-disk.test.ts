import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type TestContext } from 'vitest'
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

/** A small file system in memory. */
function mountSmall(sizeKb: number, context: TestContext): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    context.skip(`${notRunNote}a full disk needs the right to mount one (root)`)
  }
  return {
    path,
    [Symbol.dispose]: () => {
      execFileSync('umount', ['-l', path])
      rmSync(path, { recursive: true })
    },
  }
}
