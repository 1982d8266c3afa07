import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isProcessAlive } from '../base/platform.ts'
import { withRepoLock } from './repo-lock.ts'

const config = { hardlinkLock: false }
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restage-lock-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

test('the lock file tells who holds it and stays when nobody does', async () => {
  const held = await withRepoLock(root, { config, waitMs: 0 }, async () => readFileSync(lockPath(), 'utf8'))
  expect(held).toEqual({ ok: true, value: ` ${process.pid}\n` })
  expect(existsSync(lockPath())).toBe(true)
})

test('windows of one process come one after the other, in the order asked for', async () => {
  const story: string[] = []
  const window = (name: string) =>
    withRepoLock(root, { config, waitMs: 0 }, async () => {
      story.push(`${name} begins`)
      await new Promise(setImmediate)
      story.push(`${name} ends`)
    })
  await Promise.all([window('a'), window('b'), window('c')])
  expect(story).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})

test('a window inside a window runs at once', async () => {
  const inner = () => withRepoLock(root, { config, waitMs: 0 }, async () => 'inner')
  expect(await withRepoLock(root, { config, waitMs: 0 }, inner)).toEqual({
    ok: true,
    value: { ok: true, value: 'inner' },
  })
})

test('work that outlives its window waits for the next one', async () => {
  let begin = (): void => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  let late: Promise<unknown> = Promise.resolve()
  const story: string[] = []
  await withRepoLock(root, { config, waitMs: 0 }, async () => {
    late = begun.then(() => withRepoLock(root, { config, waitMs: 0 }, async () => story.push('late')))
  })
  await withRepoLock(root, { config, waitMs: 0 }, async () => {
    begin()
    await new Promise(setImmediate)
    story.push('second')
  })
  await late
  expect(story).toEqual(['second', 'late'])
})

test('an error inside a window reaches its caller and frees the lock', async () => {
  const failing = withRepoLock(root, { config, waitMs: 0 }, () => Promise.reject(new Error('broken')))
  await expect(failing).rejects.toThrow('broken')
  expect(await withRepoLock(root, { config, waitMs: 0 }, async () => 1)).toEqual({ ok: true, value: 1 })
})

test('a lock that another process holds is reported with its holder, and had once it is free', async () => {
  const holder = await holdElsewhere()
  const waits: string[] = []
  const refused = await withRepoLock(root, { config, waitMs: 0, onWait: (who) => waits.push(who) }, async () => 1)
  expect(refused).toMatchObject({ ok: false, problems: [{ code: 'LOCK_BUSY' }] })
  expect(waits).toEqual(['an unknown process'])

  const patient = withRepoLock(root, { config, waitMs: Infinity, onWait: () => holder.kill('SIGKILL') }, async () => 2)
  expect(await patient).toEqual({ ok: true, value: 2 })
})

test('waiting ends when the signal is aborted', async () => {
  const holder = await holdElsewhere()
  const stop = new AbortController()
  const options = { config, waitMs: Infinity, signal: stop.signal, onWait: () => stop.abort() }
  expect(await withRepoLock(root, options, async () => 1)).toMatchObject({
    ok: false,
    problems: [{ code: 'LOCK_BUSY' }],
  })
  holder.kill('SIGKILL')
})

test('where the project asks for links, the lock is there as long as it is held, and not longer', async () => {
  const linked = { config: { hardlinkLock: true }, waitMs: 0 }
  expect(await withRepoLock(root, linked, async () => existsSync(lockPath()))).toEqual({ ok: true, value: true })
  expect(readdirSync(dirname(lockPath()))).toEqual([])
})

test('a linked lock of a process of ours that was killed is taken over, with its claim', async () => {
  const linked = { config: { hardlinkLock: true }, waitMs: 0 }
  await withRepoLock(root, linked, async () => {
    const dead = spawnSync('true').pid
    const claim = readFileSync(lockPath(), 'utf8')
    writeFileSync(lockPath(), claim.replace(`"pid":${process.pid}`, `"pid":${dead}`))
    linkSync(lockPath(), `${lockPath()}.kept`)
  })
  renameSync(`${lockPath()}.kept`, lockPath())
  expect(await withRepoLock(root, linked, async () => 1)).toEqual({ ok: true, value: 1 })
  expect(readdirSync(dirname(lockPath()))).toEqual([])
})

test('a linked lock that does not say whose it is is left alone', async () => {
  const linked = { config: { hardlinkLock: true }, waitMs: 0 }
  await withRepoLock(root, linked, async () => undefined)
  writeFileSync(lockPath(), '/some/claim.lock')
  const refused = await withRepoLock(root, linked, async () => 1)
  expect(refused).toMatchObject({ ok: false, problems: [{ code: 'LOCK_BUSY' }] })
  expect(readFileSync(lockPath(), 'utf8')).toBe('/some/claim.lock')
})

test('children started meanwhile do not keep the lock', async () => {
  const children: ChildProcess[] = []
  await withRepoLock(
    root,
    { config, waitMs: 0 },
    async () => void children.push(spawn('sleep', ['60'], { stdio: 'ignore' })),
  )
  expect(isProcessAlive(children[0]!.pid!)).toBe(true)
  expect(await tryElsewhere()).toBe(0)
  children[0]!.kill('SIGKILL')
})

function lockPath(): string {
  return join(root, '.dvc/tmp/lock')
}

// Holds the lock as a foreign program would, until it is killed.
async function holdElsewhere(): Promise<ChildProcess> {
  await withRepoLock(root, { config, waitMs: 0 }, async () => undefined)
  rmSync(lockPath())
  const script = `open(my $f, ">>", $ARGV[0]) or die; flock($f, 2) or die; $| = 1; print "held\\n"; sleep 600`
  const child = spawn('perl', ['-e', script, lockPath()], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

async function tryElsewhere(): Promise<number | null> {
  const child = spawn('perl', ['-e', 'open(my $f, ">>", $ARGV[0]) or die; exit(flock($f, 6) ? 0 : 1)', lockPath()])
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}
