import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acquireRw } from './rwlock.ts'

const config = { hardlinkLock: false }
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restage-rw-'))
  mkdirSync(join(root, '.dvc/tmp'), { recursive: true })
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

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

function content(): string {
  return readFileSync(join(root, '.dvc/tmp/rwlock'), 'utf8')
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
