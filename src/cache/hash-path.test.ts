import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openIgnoreRules } from '../project/ignore/ignore-rules.ts'
import { DirectoryMemo } from './hash/directory-memo.ts'
import { HashMemo } from './hash/hash-memo.ts'
import { hashPath } from './hash-path.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restage-hash-'))
  mkdirSync(join(root, 'd'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

test.each<[string, string, () => void]>([
  ['PATH_MISSING', 'nothing', () => undefined],
  ['SPECIAL_FILE', 'fifo', () => execFileSync('mkfifo', [join(root, 'fifo')])],
  ['SPECIAL_FILE', 'd', () => execFileSync('mkfifo', [join(root, 'd/fifo')])],
  ['LINK_BROKEN', 'd', () => symlinkSync('nowhere', join(root, 'd/link'))],
  ['FILE_FAILED', 'd', () => symlinkSync('link', join(root, 'd/link'))],
  ['IGNORE_FILE_IN_DATA', 'd', () => writeFileSync(join(root, 'd/.dvcignore'), '')],
  ['NAME_NOT_UTF8', 'd', () => writeFileSync(Buffer.concat([Buffer.from(join(root, 'd/x')), Buffer.from([0xff])]), '')],
])('%s: %s', async (code, path, prepare) => {
  prepare()
  expect(await hash(path)).toMatchObject({ ok: false, problems: [{ code }] })
})

test('all that is wrong in a directory is said at once', async () => {
  symlinkSync('nowhere', join(root, 'd/a'))
  mkdirSync(join(root, 'd/sub'))
  symlinkSync('nowhere', join(root, 'd/sub/b'))
  const hashed = await hash('d')
  expect(hashed.ok ? [] : hashed.problems).toHaveLength(2)
})

test('a name may hold the character that stands for broken ones', async () => {
  writeFileSync(join(root, 'd/\ufffd'), '1')
  expect(await hash('d')).toMatchObject({ ok: true, value: { members: [{ relpath: '\ufffd' }] } })
})

test('hashing a large file leaves others their turn and stops when asked to', async () => {
  writeFileSync(join(root, 'large'), Buffer.alloc(64 * 2 ** 20))
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  expect((await hash('large')).ok).toBe(true)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(3)

  const stop = new AbortController()
  setImmediate(() => stop.abort())
  await expect(hash('large', stop.signal)).rejects.toThrow(/abort/)
})

function hash(path: string, signal?: AbortSignal): ReturnType<typeof hashPath> {
  const [memo, directories] = [new HashMemo(root), new DirectoryMemo(root)]
  return hashPath(join(root, path), { hashName: 'md5', ignore: openIgnoreRules(root), memo, directories, signal })
}
