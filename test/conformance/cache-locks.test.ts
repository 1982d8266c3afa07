import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { withRepoLock } from '../../src/cache/repo-lock.ts'
import { acquireRw } from '../../src/cache/rwlock.ts'
import { type DvcProject, openDvcProject } from '../rig/dvc-project.ts'
import { liveTest } from '../rig/live-dvc.ts'

const config = { hardlinkLock: false }

liveTest('DVC is kept out while we hold the repository lock, and waits for us if asked to', async (dvc) => {
  await using project = await openDvcProject(dvc)
  let waiting: ChildProcess | undefined
  const held = await withRepoLock(project.root, { config, waitMs: 0 }, async () => {
    const [status, stderr] = await run(project, dvc, ['status'])
    expect([status, stderr.includes('Unable to acquire lock')]).toEqual([255, true])
    waiting = start(project, dvc, ['--wait-for-lock', 'status'])
  })
  expect(held.ok).toBe(true)
  expect(await codeOf(waiting!)).toBe(0)
})

liveTest('we are kept out while DVC holds the repository lock, and wait for it if asked to', async (dvc) => {
  await using project = await openDvcProject(dvc)
  const holder = holdWithDvc(project, dvc)
  await once(holder.stdout!, 'data')
  const waits: string[] = []
  const refused = await withRepoLock(
    project.root,
    { config, waitMs: 0, onWait: (who) => waits.push(who) },
    async () => 1,
  )
  expect(refused).toMatchObject({ ok: false, problems: [{ code: 'LOCK_BUSY' }] })
  expect(waits[0]).toContain(`PID ${holder.pid} (`)

  const release = (): void => void holder.stdin!.end()
  expect(await withRepoLock(project.root, { config, waitMs: Infinity, onWait: release }, async () => 2)).toEqual({
    ok: true,
    value: 2,
  })
  await codeOf(holder)
})

liveTest('locks made of links keep either out while the other holds them', async (dvc) => {
  await using project = await openDvcProject(dvc)
  writeFileSync(join(project.root, '.dvc/config'), '[core]\n    hardlink_lock = true\n')
  const linked = { hardlinkLock: true }
  const held = await withRepoLock(project.root, { config: linked, waitMs: 0 }, async () => {
    const [status, stderr] = await run(project, dvc, ['status'])
    expect([status, stderr.includes('Unable to acquire lock')]).toEqual([255, true])
  })
  expect(held.ok).toBe(true)
  const holder = holdWithDvc(project, dvc)
  await once(holder.stdout!, 'data')
  const refused = await withRepoLock(project.root, { config: linked, waitMs: 0 }, async () => 1)
  expect(refused).toMatchObject({ ok: false, problems: [{ code: 'LOCK_BUSY' }] })
  const release = (): void => void holder.stdin!.end('\n')
  expect(
    await withRepoLock(project.root, { config: linked, waitMs: Infinity, onWait: release }, async () => 2),
  ).toEqual({ ok: true, value: 2 })
  await codeOf(holder)
})

liveTest("while DVC runs a stage, we may take the repository lock but not the stage's paths", async (dvc) => {
  await using project = await openDvcProject(dvc)
  const stage = await startBlockedStage(project, dvc)
  expect(await withRepoLock(project.root, { config, waitMs: 0 }, async () => 1)).toEqual({ ok: true, value: 1 })

  const at = (path: string): string => join(project.root, path)
  const wanted = { config, cmd: 'restage run other', waitMs: 0 }
  const blocked = [
    await acquireRw(project.root, { ...wanted, read: [at('out')], write: [] }),
    await acquireRw(project.root, { ...wanted, read: [], write: [at('in')] }),
  ]
  expect(blocked.map((answer) => (answer.ok ? '' : answer.problems[0]?.message))).toEqual([
    expect.stringContaining(`\`out\`: PID ${stage.process.pid} (`),
    expect.stringContaining(`\`in\`: PID ${stage.process.pid} (`),
  ])
  const free = await acquireRw(project.root, { ...wanted, read: [at('in')], write: [at('elsewhere')] })
  expect(free.ok).toBe(true)
  expect(JSON.parse(readFileSync(at('.dvc/tmp/rwlock'), 'utf8'))).toEqual({
    read: {
      [at('in')]: [expect.objectContaining({ pid: stage.process.pid }), { pid: process.pid, cmd: 'restage run other' }],
      [at('out')]: [expect.objectContaining({ pid: stage.process.pid })],
    },
    write: {
      [at('out')]: expect.objectContaining({ pid: stage.process.pid }),
      [at('elsewhere')]: { pid: process.pid, cmd: 'restage run other' },
    },
  })

  expect(await stage.finish()).toBe(0)
  if (free.ok) await free.value[Symbol.asyncDispose]()
  expect(JSON.parse(readFileSync(at('.dvc/tmp/rwlock'), 'utf8'))).toEqual({})
})

liveTest('DVC keeps off the paths that we work on and handles others', async (dvc) => {
  await using project = await openDvcProject(dvc)
  writeFileSync(join(project.root, 'in'), '1')
  writeFileSync(
    join(project.root, 'dvc.yaml'),
    'stages:\n  mine: {cmd: cp in mine, deps: [in], outs: [mine]}\n  free: {cmd: cp in free, deps: [in], outs: [free]}\n',
  )
  const claim = {
    config,
    cmd: 'restage run mine',
    waitMs: 0,
    read: [join(project.root, 'in')],
    write: [join(project.root, 'mine')],
  }
  const lease = await acquireRw(project.root, claim)
  if (!lease.ok) throw new Error(JSON.stringify(lease.problems))
  const [status, stderr] = await run(project, dvc, ['repro', 'mine'])
  expect([status, stderr.includes(`(PID ${process.pid}): restage run mine`)]).toEqual([255, true])
  expect(await run(project, dvc, ['repro', '-q', 'free'])).toEqual([0, ''])

  await lease.value[Symbol.asyncDispose]()
  expect(await run(project, dvc, ['repro', '-q', 'mine'])).toEqual([0, ''])
})

liveTest('a registry that a killed DVC left empty no longer stops DVC once we have been there', async (dvc) => {
  await using project = await openDvcProject(dvc)
  writeFileSync(join(project.root, 'dvc.yaml'), 'stages:\n  a: {cmd: echo 1 > a, outs: [a]}\n')
  writeFileSync(join(project.root, '.dvc/tmp/rwlock'), '')
  expect((await run(project, dvc, ['repro', '-q']))[0]).toBe(255)
  const lease = await acquireRw(project.root, {
    config,
    cmd: 'restage run a',
    waitMs: 0,
    read: [],
    write: [join(project.root, 'a')],
  })
  if (lease.ok) await lease.value[Symbol.asyncDispose]()
  expect(await run(project, dvc, ['repro', '-q'])).toEqual([0, ''])
})

interface BlockedStage {
  readonly process: ChildProcess
  /** Lets the command end; resolves to DVC's exit code. */
  finish(): Promise<number | null>
}

// The command tells by one pipe that it runs and waits for the end of another.
async function startBlockedStage(project: DvcProject, dvc: string): Promise<BlockedStage> {
  const [started, end] = [join(project.root, '../started'), join(project.root, '../end')]
  execFileSync('mkfifo', [started, end])
  writeFileSync(join(project.root, 'in'), '1')
  const cmd = 'echo yes > ../started; cat ../end; cp in out'
  writeFileSync(join(project.root, 'dvc.yaml'), `stages:\n  s:\n    cmd: ${cmd}\n    deps: [in]\n    outs: [out]\n`)
  const process = start(project, dvc, ['repro'])
  await readFile(started)
  return {
    process,
    finish: () => {
      createWriteStream(end).end()
      return codeOf(process)
    },
  }
}

// The very lock that DVC's commands take, held until its stdin ends.
function holdWithDvc(project: DvcProject, dvc: string): ChildProcess {
  const script =
    'import sys; from dvc.repo import Repo; lock = Repo().lock; lock.lock(); print("held", flush=True); sys.stdin.read(); lock.unlock()'
  return spawn(join(dirname(dvc), 'python'), ['-c', script], {
    cwd: project.root,
    env: project.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

function start(project: DvcProject, dvc: string, args: readonly string[]): ChildProcess {
  return spawn(dvc, args, { cwd: project.root, env: project.env, stdio: ['ignore', 'ignore', 'pipe'] })
}

async function run(
  project: DvcProject,
  dvc: string,
  args: readonly string[],
): Promise<readonly [number | null, string]> {
  const child = start(project, dvc, args)
  let stderr = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return [await codeOf(child), stderr]
}

async function codeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close')
  return child.exitCode
}
