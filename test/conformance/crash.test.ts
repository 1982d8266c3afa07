import { execFileSync } from 'node:child_process'
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
const step = Number(process.env['RESTAGE_CRASH_STEP'] ?? (isLong ? 1 : 5))
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
        `Kills of a run (${bench.calls.length} changes of files, every ${step}.) after which all goes on`,
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
  for (const [index, { name, nth, line }] of points.entries()) {
    const error = errors[index % errors.length]!
    await bench.reset()
    const met = await bench.runUnder([`inject=${name}:error=${error}:when=${nth}`])
    // Calls are counted by name, and writes to pipes come in between: another call may have been met.
    const hit = readInjected(bench.trace, bench.rig.root)
    if (hit === undefined) continue
    tried++
    const wrong = [...(await checkAfter(bench.rig, bench.undisturbed))]
    if (met.isOverdue) wrong.push('it did not end')
    if (/\n\s+at .*\.c?js:\d+/.test(met.stderr)) wrong.push(`a stack trace: ${met.stderr}`)
    if (met.exitCode !== 0 && !/"severity":"error"/.test(met.stdout)) wrong.push(`no cause: ${met.stdout}${met.stderr}`)
    if (wrong.length > 0) found.push(`${hit} (wanted ${error} at ${line})\n  ${wrong.join('\n  ')}`)
  }
  expect(found).toEqual([])
  share(context, `Errors of the disk (${errors.join(', ')}) after which all goes on`, {
    equal: tried - found.length,
    of: tried,
  })
})

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
