import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openTempFolder, type TempFolder } from '../../../test/rig/temp-folder.ts'
import { openIgnoreRules } from '../../project/ignore/ignore-rules.ts'
import { digestPath } from '../hash-path.ts'
import type { PathDigest } from '../hashing.ts'
import { DirectoryMemo } from './directory-memo.ts'
import { HashMemo } from './hash-memo.ts'

const longAgo = new Date('2020-01-01T00:00:00.123Z')

// Two hundred files are the fewest that are worth a note.
function openData(count = 200): TempFolder {
  const folder = openTempFolder()
  mkdirSync(folder.at('d/sub'), { recursive: true })
  for (let number = 0; number < count; number++) write(folder, `d/sub/${number}`, String(number))
  return folder
}

function write(folder: TempFolder, path: string, text: string): void {
  writeFileSync(folder.at(path), text)
  utimesSync(folder.at(path), longAgo, longAgo)
}

async function digest(folder: TempFolder): Promise<PathDigest> {
  const [memo, directories] = [new HashMemo(folder.path), new DirectoryMemo(folder.path)]
  const options = { hashName: 'md5', ignore: openIgnoreRules(folder.path), memo, directories } as const
  const hashed = await digestPath(folder.at('d'), options)
  directories.save()
  return hashed.ok ? hashed.value : expect.fail('it can be read')
}

test('of an unchanged directory no file is read again', async () => {
  using folder = openData()
  const first = await digest(folder)
  // Nobody can do this by writing: the memo has to answer.
  const { atime, mtime } = statSync(folder.at('d/sub/7'))
  writeFileSync(folder.at('d/sub/7'), 'x')
  utimesSync(folder.at('d/sub/7'), atime, mtime)
  const second = await digest(folder)
  expect(second).not.toHaveProperty('members')
  expect(first).toMatchObject(second)
  expect(second).toMatchObject({ kind: 'directory', nfiles: 200, size: 490 })
})

test.each<[string, (folder: TempFolder) => void]>([
  ['its time', (folder) => writeFileSync(folder.at('d/sub/7'), 'x')],
  ['its size', (folder) => write(folder, 'd/sub/7', 'xx')],
  ['a new file', (folder) => write(folder, 'd/new', '')],
  ['a file less', (folder) => rmSync(folder.at('d/sub/7'))],
  ['a name', (folder) => (rmSync(folder.at('d/sub/7')), write(folder, 'd/sub/x', '7'))],
  ['what is ignored', (folder) => writeFileSync(folder.at('.dvcignore'), '7\n')],
])('a change is seen by %s', async (_, change) => {
  using folder = openData()
  const before = await digest(folder)
  change(folder)
  const after = await digest(folder)
  expect(after.oid).not.toBe(before.oid)
  rmSync(folder.at('.restage'), { recursive: true })
  expect(await digest(folder)).toMatchObject({ oid: after.oid, size: after.size })
})

test('nothing is noted of a directory with a file of this moment, nor of a small one', async () => {
  using folder = openData()
  writeFileSync(folder.at('d/sub/7'), '7')
  await digest(folder)
  using small = openData(199)
  await digest(small)
  for (const each of [folder, small]) expect(new DirectoryMemo(each.path).knows(each.at('d'), 'md5')).toBe(false)
})

test('a damaged memo counts as empty', async () => {
  using folder = openData()
  const { oid } = await digest(folder)
  writeFileSync(folder.at('.restage/directories.jsonl'), '{"v":1,"md5":"0"}\n["md5:d",["x","y",1,2]]\n')
  expect((await digest(folder)).oid).toBe(oid)
})
