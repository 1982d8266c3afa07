import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { checkAfter, type Undisturbed } from '../rig/crash/check-after.ts'
import { fillCrashProject, sources } from '../rig/crash/crash-project.ts'
import { changing, readChanges, readInjected, type SystemCall } from '../rig/crash/system-calls.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { testWith } from '../rig/peer-test.ts'
import type { ProgramResult } from '../rig/program.ts'
import { stracePeer } from '../rig/peers.ts'
import { share } from '../rig/tally.ts'

const isLong = process.env['RESTAGE_LONG'] !== undefined
/** Of so many points one is tried. */
const step = Number(process.env['RESTAGE_CRASH_STEP'] ?? (isLong ? 1 : 12))
const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const cacheTypes = isLong ? ['copy', 'hardlink', 'symlink'] : ['copy', 'hardlink']

const run = ['run', '--json', '-j1'] as const

for (const cacheType of cacheTypes) {
  tracedTest(
    `killed at any change of a file, cache of type ${cacheType}: the next command goes on`,
    async (context) => {
      await using bench = await openBench(cacheType)
      const found: string[] = []
      const points = bench.calls.filter((_, index) => index % step === seed % step)
      for (const { name, nth, line } of points) {
        await bench.reset()
        const { isOverdue } = await bench.runUnder([`inject=${name}:signal=SIGKILL:when=${nth}`])
        expect({ line, isOverdue }).toEqual({ line, isOverdue: false })
        const wrong = await checkAfter(bench.rig, bench.undisturbed)
        if (wrong.length > 0) found.push(`${line}\n  ${wrong.join('\n  ')}`)
      }
      expect(found).toEqual([])
      share(
        context,
        `Kills of a run (${bench.calls.length} changes of files, every ${step}., seed ${seed}) after which all goes on`,
        {
          equal: points.length - found.length,
          of: points.length,
        },
      )
    },
  )
}

/** What a failing call may say, by our code. */
const errors = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE'] as const

tracedTest('an error at any change of a file is told, and the next command goes on', async (context) => {
  await using bench = await openBench('copy')
  const found: string[] = []
  const points = bench.calls.filter((_, index) => index % step === (seed + 3) % step)
  let tried = 0
  for (const [index, call] of points.entries()) {
    const met = await meetError(bench, call, errors[index % errors.length]!)
    // Calls are counted by name, and writes to pipes come in between: another call may have been met.
    if (met.hit === undefined) continue
    tried++
    if (met.wrong.length > 0) found.push(describe(met))
  }
  expect(found).toEqual([])
  share(context, `Errors of the disk (${errors.join(', ')}; seed ${seed}) after which all goes on`, {
    equal: tried - found.length,
    of: tried,
  })
})

// Whatever the sampling takes: a run hung on this once.
tracedTest('a run whose journal cannot be removed ends all the same, and the next one removes it', async (context) => {
  await using bench = await openBench('copy')
  const call = bench.calls.find(({ name, line }) => name === 'unlink' && line.includes('/.restage/journal/'))
  for (const error of errors) {
    const met = await meetError(bench, call!, error)
    expect(met.hit).toContain('/.restage/journal/')
    expect(met).toMatchObject({ exitCode: 0, wrong: [] })
    expect(readdirSync(join(bench.rig.root, '.restage/journal'))).toEqual([])
  }
  share(context, 'Journals that could not be removed, after which all goes on', {
    equal: errors.length,
    of: errors.length,
  })
})

interface Met {
  /** The call that failed; `undefined`: none below the project did. */
  readonly hit: string | undefined
  readonly wanted: string
  readonly exitCode: number | null
  readonly wrong: readonly string[]
}

/** Runs with an error at a call, and the next run without one. */
async function meetError(bench: Bench, { name, nth, line }: SystemCall, error: string): Promise<Met> {
  await bench.reset()
  const { exitCode, stdout, stderr, isOverdue } = await bench.runUnder([`inject=${name}:error=${error}:when=${nth}`])
  const hit = readInjected(bench.trace, bench.rig.root)
  const wrong = hit === undefined ? [] : [...(await checkAfter(bench.rig, bench.undisturbed))]
  if (isOverdue) wrong.push('it did not end')
  if (/\n\s+at .*\.c?js:\d+/.test(stderr)) wrong.push(`a stack trace: ${stderr}`)
  if (exitCode !== 0 && !/"severity":"error"/.test(stdout)) wrong.push(`no cause: ${stdout}${stderr}`)
  return { hit, wanted: `${error} at ${line}`, exitCode, wrong }
}

function describe({ hit, wanted, wrong }: Met): string {
  return `${hit} (wanted ${wanted})\n  ${wrong.join('\n  ')}`
}

interface Bench extends AsyncDisposable {
  readonly rig: Rig
  readonly undisturbed: Undisturbed
  /** All changes of files in an undisturbed run. */
  readonly calls: readonly SystemCall[]
  /** Where `strace` writes what it sees. */
  readonly trace: string
  /** Puts the project back to where the run starts. */
  reset(): Promise<void>
  /** Runs under `strace` with these expressions; what does not end is killed. */
  runUnder(expressions: readonly string[]): Promise<ProgramResult & { readonly isOverdue: boolean }>
}

/** Many times as long as a run takes, in ms. */
const limitMs = 120_000

async function openBench(cacheType: string): Promise<Bench> {
  const rig = await openProject((root) => fillCrashProject(root, cacheType))
  const template = join(rig.folder, 'template')
  const trace = join(rig.folder, 'trace')
  const reset = async (): Promise<void> => {
    await rm(rig.root, { recursive: true, force: true })
    await rm(join(rig.folder, 'site'), { recursive: true, force: true })
    execFileSync('cp', ['-a', template, rig.root])
  }
  const runUnder: Bench['runUnder'] = async (expressions) => {
    const strace = [stracePeer.path!, '-q', '-y', '-o', trace, ...expressions.flatMap((text) => ['-e', text])]
    // In a group of its own: where strace alone is killed, what it traces goes on.
    const program = rig.cli(run, { under: ['setsid', ...strace] })
    let isOverdue = false
    const limit = setTimeout(() => {
      isOverdue = true
      process.kill(-program.pid, 'SIGKILL')
    }, limitMs)
    const result = await program.result
    clearTimeout(limit)
    return { ...result, isOverdue }
  }
  // The run that is disturbed makes everything anew over the results of an earlier one.
  const first = await rig.cli(run).result
  expect(first).toMatchObject({ exitCode: 0 })
  await rig.change({ write: { in: 'after\n', 'params.yaml': 'rate: 2\n' } })
  await rm(join(rig.root, '.restage/runs'), { recursive: true, force: true })
  execFileSync('cp', ['-a', rig.root, template])
  const before = await rig.snapshot()
  await reset()
  expect(await runUnder([`trace=${changing}`])).toMatchObject({ exitCode: 0 })
  const calls = readChanges(trace, rig.root)
  expect(calls.length).toBeGreaterThan(100)
  const undisturbed = { sources, before, after: await rig.snapshot() }
  return { rig, undisturbed, calls, trace, reset, runUnder, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() }
}

function tracedTest(name: string, body: (context: Parameters<typeof share>[0]) => Promise<void>): void {
  testWith(stracePeer)(name, (_, context) => body(context), 4 * 3_600_000)
}
