import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { relativeTo } from '../base/paths.ts'
import { acquireRw, type RwLease, type RwPaths } from './rwlock.ts'

const config = { hardlinkLock: false }
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restage-rw-'))
  mkdirSync(join(root, '.dvc/tmp'), { recursive: true })
})

afterEach(() => {
  vi.useRealTimers()
  rmSync(root, { recursive: true, force: true })
})

test('a claim stands in the file until its lease is disposed', async () => {
  const lease = await take('a', ['in'], ['out'])
  expect(JSON.parse(content())).toEqual({
    write: { [join(root, 'out')]: { pid: process.pid, cmd: 'a' } },
    read: { [join(root, 'in')]: [{ pid: process.pid, cmd: 'a' }] },
  })
  await lease[Symbol.asyncDispose]()
  expect(content()).toBe('{}')
})

test('many claims at once all stand, and all go', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `s${index}`)
  const leases = await Promise.all(names.map((name) => take(name, ['in'], [name])))
  const { read, write } = JSON.parse(content()) as { read: Record<string, unknown[]>; write: object }
  expect([read[join(root, 'in')]?.length, Object.keys(write).length]).toEqual([20, 20])
  await Promise.all(leases.map((lease) => lease[Symbol.asyncDispose]()))
  expect(content()).toBe('{}')
})

test('a path that a living process works on is waited for, then reported', async () => {
  put({ write: { [join(root, 'out')]: { pid: process.ppid, cmd: 'dvc repro out' } } })
  const refused = await request('a', [join(root, 'out/part')], [], 30)
  expect(refused).toMatchObject({ ok: false, problems: [{ code: 'LOCK_BUSY' }] })
  expect(refused.ok ? '' : refused.problems[0]?.message).toContain('`out`: PID')
})

test('a claim is granted when the one before it ends', async () => {
  const first = await take('a', [], ['x'])
  const second = take('b', ['x'], [])
  await first[Symbol.asyncDispose]()
  await (await second)[Symbol.asyncDispose]()
  expect(content()).toBe('{}')
})

test('holders that have died are struck off where they are in the way', async () => {
  const dead = { pid: 2 ** 22 + 1, cmd: 'dvc repro' }
  put({ write: { [join(root, 'out')]: dead }, read: { [join(root, 'in')]: [dead] } })
  await using _ = await take('a', ['in'], ['out'])
  expect(Object.values((JSON.parse(content()) as { write: object }).write)).toEqual([{ pid: process.pid, cmd: 'a' }])
})

test('an entry with our process id that we did not make was left by a dead process', async () => {
  put({ write: { [join(root, 'out')]: { pid: process.pid, cmd: 'dvc repro' } } })
  await using _ = await take('a', [], ['out'])
  expect(content()).toContain('"cmd":"a"')
})

test('a file that a killed process left empty is mended', async () => {
  writeFileSync(join(root, '.dvc/tmp/rwlock'), '')
  await (await take('a', [], ['out']))[Symbol.asyncDispose]()
  expect(content()).toBe('{}')
})

test('a file that DVC would refuse is refused and left alone', async () => {
  put({ write: {}, more: 1 })
  expect(await request('a', [], [join(root, 'out')], 0)).toMatchObject({
    ok: false,
    problems: [{ code: 'RWLOCK_INVALID' }],
  })
  expect(content()).toContain('more')
})

test('while work takes only moments, what follows is announced with it, as much as has just ended', async () => {
  stopClock()
  const following = (from: number): RwPaths[] => Array.from({ length: 50 }, (_, index) => pathsOf(`s${from + index}`))
  const leases: RwLease[] = []
  for (let at = 0; at < 10; at++) {
    leases.push(await takeWith(pathsOf(`s${at}`), () => following(at + 1)))
    leases.at(-1)!.linger()
  }
  const announced = Object.keys((JSON.parse(content()) as { write: object }).write)
  expect(announced.length).toBeGreaterThan(10)
  expect(announced.length).toBeLessThanOrEqual(20)
  // What was announced is there without another edit, and nobody else gets it meanwhile.
  put({ write: {} })
  leases.push(await takeWith(pathsOf('s10'), () => []))
  expect(content()).toBe('{"write":{}}')
  await Promise.all(leases.map((lease) => lease[Symbol.asyncDispose]()))
})

test('what follows is not announced while the first works, nor after the last has ended', async () => {
  stopClock()
  const first = await takeWith(pathsOf('s0'), () => [pathsOf('s1')])
  const second = await takeWith(pathsOf('s2'), () => [pathsOf('s3')])
  expect(written()).toEqual(['s0', 's2'])
  await first[Symbol.asyncDispose]()
  const third = await takeWith(pathsOf('s4'), () => [pathsOf('s5')])
  expect(written()).toContain('s5')
  await Promise.all([second, third].map((lease) => lease[Symbol.asyncDispose]()))
  expect(content()).toBe('{}')
})

test('what is announced ahead leaves out what others work on', async () => {
  stopClock()
  put({ write: { [join(root, 'theirs')]: { pid: process.ppid, cmd: 'dvc repro' } } })
  const first = await takeWith(pathsOf('s0'), () => [])
  await first[Symbol.asyncDispose]()
  const second = await takeWith(pathsOf('s1'), () => [pathsOf('theirs'), pathsOf('s2')])
  expect(JSON.parse(content())).toEqual({
    write: {
      [join(root, 'theirs')]: { pid: process.ppid, cmd: 'dvc repro' },
      [join(root, 's1')]: { pid: process.pid, cmd: 's1' },
      [join(root, 's2')]: { pid: process.pid, cmd: 's2' },
    },
  })
  await second[Symbol.asyncDispose]()
})

test('what was announced ahead and does not come is taken back', async () => {
  stopClock()
  await (await takeWith(pathsOf('s0'), () => []))[Symbol.asyncDispose]()
  const long = await takeWith(pathsOf('s1'), () => [pathsOf('s2')])
  expect(written()).toEqual(['s1', 's2'])
  vi.advanceTimersByTime(1000)
  // Edits are made in turn.
  const other = await takeWith(pathsOf('other'), () => [])
  expect(written()).toEqual(['s1', 'other'])
  await Promise.all([long, other].map((lease) => lease[Symbol.asyncDispose]()))
})

// How fast stages follow each other counts, and tests may be slow.
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
}

function pathsOf(cmd: string): RwPaths {
  return { cmd, read: [], write: [join(root, cmd)] }
}

async function takeWith(paths: RwPaths, next: () => Iterable<RwPaths>): Promise<RwLease> {
  const lease = await acquireRw(root, { config, ...paths, next, waitMs: 10_000 })
  if (!lease.ok) throw new Error(JSON.stringify(lease.problems))
  return lease.value
}

function content(): string {
  return readFileSync(join(root, '.dvc/tmp/rwlock'), 'utf8')
}

/** Paths that are announced as being written, relative to the root. */
function written(): readonly string[] {
  return Object.keys((JSON.parse(content()) as { write: object }).write).map((path) => relativeTo(root, path))
}

function put(registry: object): void {
  writeFileSync(join(root, '.dvc/tmp/rwlock'), JSON.stringify(registry))
}

function request(
  cmd: string,
  read: readonly string[],
  write: readonly string[],
  waitMs: number,
): ReturnType<typeof acquireRw> {
  return acquireRw(root, { config, read, write, cmd, waitMs })
}

async function take(cmd: string, read: readonly string[], write: readonly string[]): Promise<AsyncDisposable> {
  const at = (path: string): string => join(root, path)
  const lease = await request(cmd, read.map(at), write.map(at), 10_000)
  if (!lease.ok) throw new Error(JSON.stringify(lease.problems))
  return lease.value
}
