import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { readChanges, readInjected } from '../rig/crash/system-calls.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { notRunNote } from '../rig/peer-test.ts'
import { stracePeer } from '../rig/peers.ts'
import { until } from '../rig/processes.ts'
import { lastObject } from '../rig/verdicts.ts'

// With `core.hardlink_lock` a lock is a file that exists, and who is killed leaves it.

const holderWords =
  /Waiting for another process that holds `(.*)` \(a process that does not say which, for .*delete the file\)/

for (const file of ['.dvc/tmp/lock', '.dvc/tmp/rwlock.lock'])
  liveTest(`a run that waits for \`${file}\` of a killed DVC says so, and ends with Ctrl-C`, async (dvc) => {
    await using rig = await openLinked()
    await leaveLock(rig, dvc, file)
    const run = rig.cli(['run', '-j2'])
    await until(() => holderWords.test(run.written + run.complaints), run)
    expect(holderWords.exec(run.written + run.complaints)![1]).toBe(file)
    run.signal('SIGINT')
    const { exitCode, stdout, stderr } = await run.result
    expect([exitCode, stderr]).toEqual([130, expect.not.stringMatching(/\n\s+at /)])
    if (file === '.dvc/tmp/lock') expect(stdout + stderr).toContain(`LOCK_BUSY  Another DVC process holds \`${file}\``)
    rmSync(join(rig.root, file))
    const after = await rig.cli(['run', '--json']).result
    expect(after.exitCode).toBe(0)
    // What had finished is not run again.
    const { tasks } = lastObject(after.stdout) as { tasks: { result: string }[] }
    expect(tasks.map(({ result }) => result)).not.toContain(file === '.dvc/tmp/lock' ? 'ran' : 'skipped')
    expect((await rig.forkedDvc(['status'])).stdout).toContain('up to date')
  })

liveTest('a lock of a killed DVC is waited for as by DVC, and no longer than it asked for', async (dvc) => {
  await using rig = await openLinked()
  await leaveLock(rig, dvc, '.dvc/tmp/lock')
  const theirs = await rig.dvc(['repro']).result
  expect([theirs.exitCode, theirs.stderr]).toEqual([255, expect.stringContaining('Unable to acquire lock')])
  const ours = await rig.cli(['run', '--lock-timeout', '0.1']).result
  expect([ours.exitCode, ours.stderr]).toEqual([75, expect.stringContaining('LOCK_BUSY')])
  // Its time is over a year after it was taken. DVC's library would break it then, but does not know it for a lock.
  const past = new Date(Date.now() - 60_000)
  utimesSync(join(rig.root, '.dvc/tmp/lock'), past, past)
  expect((await rig.dvc(['repro']).result).exitCode).toBe(255)
  expect(await rig.cli(['run', '--lock-timeout', '0.1']).result).toMatchObject({ exitCode: 0 })
  expect(claims(rig)).toEqual([])
  expect((await rig.forkedDvc(['status'])).stdout).toContain('up to date')
})

liveTest('a lock of links that we are killed with is taken away by our next command', async (_, context) => {
  if (stracePeer.path === undefined) context.skip(`${notRunNote}strace is missing; ${stracePeer.remedy}`)
  await using rig = await openLinked()
  const trace = join(rig.folder, 'trace')
  const under = (...expressions: readonly string[]): readonly string[] => [
    stracePeer.path!,
    '-q',
    '-y',
    '-o',
    trace,
    ...expressions.flatMap((text) => ['-e', text]),
  ]
  expect(await rig.cli(['run', '-j1'], { under: under('trace=unlink') }).result).toMatchObject({ exitCode: 0 })
  const release = readChanges(trace, rig.root).find(({ line }) => line.includes('/.dvc/tmp/lock"'))!
  for (const path of ['a', 'b', 'dvc.lock', '.dvc/cache', '.restage']) rmSync(join(rig.root, path), { recursive: true })
  await rig.cli(['run', '-j1'], { under: under(`inject=unlink:signal=SIGKILL:when=${release.nth}`) }).result
  expect(existsSync(join(rig.root, '.dvc/tmp/lock'))).toBe(true)
  expect(readInjected(trace, rig.root)).toBeUndefined()
  expect((await rig.dvc(['repro']).result).exitCode).toBe(255)
  expect(await rig.cli(['run', '--lock-timeout', '0']).result).toMatchObject({ exitCode: 0 })
  expect(claims(rig)).toEqual([])
  expect((await rig.forkedDvc(['status'])).stdout).toContain('up to date')
})

liveTest('a lock that names a file elsewhere as its claim has nothing deleted', async () => {
  await using rig = await openLinked()
  writeFileSync(join(rig.folder, 'theirs.lock'), 'theirs')
  mkdirSync(join(rig.root, '.dvc/tmp'), { recursive: true })
  writeFileSync(join(rig.root, '.dvc/tmp/lock'), join(rig.folder, 'theirs.lock'))
  utimesSync(join(rig.root, '.dvc/tmp/lock'), 0, 0)
  expect(await rig.cli(['run', '--lock-timeout', '0']).result).toMatchObject({ exitCode: 0 })
  expect(statSync(join(rig.folder, 'theirs.lock')).isFile()).toBe(true)
})

function openLinked(): Promise<Rig> {
  return openProject((root) => {
    mkdirSync(join(root, '.dvc'))
    writeFileSync(join(root, '.dvc/config'), '[core]\n    hardlink_lock = true\n')
    writeFileSync(
      join(root, 'dvc.yaml'),
      'stages:\n  a: {cmd: cp in a, deps: [in], outs: [a]}\n  b: {cmd: cp in b, deps: [in], outs: [b]}\n',
    )
    writeFileSync(join(root, 'in'), '1\n')
    return Promise.resolve()
  })
}

function claims({ root }: Rig): readonly string[] {
  return readdirSync(join(root, '.dvc/tmp')).filter((name) => /^(?:lock|rwlock\.lock|[0-9a-f]{32}\.lock)$/.test(name))
}

/** Has DVC's own code take a lock, and kills it. */
async function leaveLock(rig: Rig, dvc: string, file: string): Promise<void> {
  const script = `import os, sys, time
from dvc.lock import make_lock
os.makedirs(".dvc/tmp", exist_ok=True)
make_lock(os.path.abspath("${file}"), tmp_dir=os.path.abspath(".dvc/tmp"), hardlink_lock=True).lock()
print("held", flush=True)
sys.stdin.read()`
  const holder = spawn(join(dirname(dvc), 'python'), ['-c', script], {
    cwd: rig.root,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  holder.kill('SIGKILL')
  await once(holder, 'close')
  expect(claims(rig)).toHaveLength(2)
}
