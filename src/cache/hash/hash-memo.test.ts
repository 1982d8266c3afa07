import {
  type Stats,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { seal } from '../objects/seal.ts'
import { hashFile } from './hash-file.ts'
import { HashMemo } from './hash-memo.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restage-memo-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const digests = { a: '0cc175b9c0f1b6a831c399e269772661', b: '92eb5ffee6ae2fec3ad71c777531578f' }

test('an edit right after hashing is seen, also when size and time stay the same', async () => {
  const memo = new HashMemo(root)
  for (let round = 0; round < 200; round++) {
    expect(await hash(memo, write('x', 'a'))).toBe(digests.a)
    expect(await hash(memo, write('x', 'b'))).toBe(digests.b)
  }
})

test('an unchanged older file is not read again', async () => {
  const memo = new HashMemo(root)
  const path = write('x', 'a')
  age(path)
  await hash(memo, path)
  // Nobody can do this by writing: the memo has to answer.
  const stats = statSync(path)
  writeFileSync(path, 'b')
  expect(await hashFile(path, stats, { hashName: 'md5', memo })).toBe(digests.a)
  expect(await hash(memo, path)).toBe(digests.b)
})

test('a file with whole seconds as its time is remembered only when it is old enough', async () => {
  const memo = new HashMemo(root)
  const path = write('x', 'a')
  const now = Math.floor(Date.now() / 1000)
  utimesSync(path, now, now)
  await hash(memo, path)
  expect(memo.lookup(path, statSync(path), 'md5')).toBeUndefined()
  utimesSync(path, now - 10, now - 10)
  await hash(memo, path)
  expect(memo.lookup(path, statSync(path), 'md5')).toBe(digests.a)
})

test('a file that we made is remembered at once, and a write to it is seen', () => {
  const memo = new HashMemo(root)
  for (let round = 0; round < 200; round++) {
    const path = write('x', 'a')
    memo.note(path, seal(path), 'md5', digests.a, 'sealed')
    expect(memo.lookup(path, statSync(path), 'md5')).toBe(digests.a)
    writeFileSync(path, 'b')
    expect(memo.lookup(path, statSync(path), 'md5')).toBeUndefined()
  }
})

test('the two kinds of hashes of one file stand side by side', async () => {
  const memo = new HashMemo(root)
  const path = write('x', 'a\r\n')
  age(path)
  const both = [await hash(memo, path), await hashFile(path, statSync(path), { hashName: 'md5-dos2unix', memo })]
  expect([memo.lookup(path, statSync(path), 'md5'), memo.lookup(path, statSync(path), 'md5-dos2unix')]).toEqual(both)
  expect(both[0]).not.toBe(both[1])
})

test('what was learnt of many files is kept for the next command', async () => {
  const stats = await remember(300)
  expect(new HashMemo(root).lookup(join(root, 'x7'), stats, 'md5')).toBe(digests.a)
  expect(readFileSync(join(root, '.restage/.gitignore'), 'utf8')).toBe('*\n')
})

test('names that JSON writes otherwise are found again', () => {
  const stats = { ino: 1, mtimeMs: 1_700_000_000_500.5, size: 1 }
  const names = ['plain', 'a "quoted" name', 'back\\slash', '\\"', 'tab\t', 'ä\ud83d\ude00', 'line\nend', '",1,"']
  const memo = new HashMemo(root)
  for (let index = 0; index < 300; index++)
    memo.note(`${root}/${names[index] ?? index}`, stats, 'md5', digests.a, 'sealed')
  memo.save()
  const again = new HashMemo(root)
  expect(names.map((name) => again.lookup(`${root}/${name}`, stats, 'md5'))).toEqual(names.map(() => digests.a))
})

test('a few small files leave no trace', async () => {
  await remember(3)
  expect(existsSync(join(root, '.restage'))).toBe(false)
})

test.each([
  ['cut off', (text: string) => text.slice(0, -20)],
  ['altered', (text: string) => text.replace(digests.a, digests.b)],
  ['empty', () => ''],
  ['of another version', (text: string) => text.replace('"v":1', '"v":2')],
])('a memo that is %s counts as empty', async (_, damage) => {
  const stats = await remember(300)
  const file = join(root, '.restage/hashes.jsonl')
  writeFileSync(file, damage(readFileSync(file, 'utf8')))
  expect(new HashMemo(root).lookup(join(root, 'x7'), stats, 'md5')).toBeUndefined()
})

test('a folder that cannot be written costs the memo and nothing else', async () => {
  mkdirSync(join(root, '.restage/hashes.jsonl'), { recursive: true })
  await remember(300)
  expect(new HashMemo(root)).toBeDefined()
})

async function remember(count: number): Promise<Stats> {
  const memo = new HashMemo(root)
  for (let index = 0; index < count; index++) {
    const path = write(`x${index}`, 'a')
    age(path)
    await hash(memo, path)
  }
  memo.save()
  return statSync(join(root, `x${Math.min(7, count - 1)}`))
}

function write(name: string, text: string): string {
  writeFileSync(join(root, name), text)
  return join(root, name)
}

function age(path: string): void {
  utimesSync(path, 1_700_000_000.5, 1_700_000_000.5)
}

function hash(memo: HashMemo, path: string): Promise<string> {
  return hashFile(path, statSync(path), { hashName: 'md5', memo })
}
