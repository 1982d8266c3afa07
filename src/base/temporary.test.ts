import { spawnSync } from 'node:child_process'
import { basename, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { isLeftTemporary, temporaryBeside } from './temporary.ts'

test('a temporary name is new each time, beside the file, and of a process that is at work', () => {
  const [one, other] = [temporaryBeside('/a/b'), temporaryBeside('/a/b')]
  expect(one).not.toBe(other)
  expect(dirname(one)).toBe('/a')
  expect(basename(one)).toMatch(/^\.[\w-]{22}\.tmp$/)
  expect(isLeftTemporary(basename(one))).toBe(false)
})

test('it is left when its process is gone', () => {
  const bytes = Buffer.from(basename(temporaryBeside('/a/b')).slice(1, 23), 'base64url')
  bytes.writeUInt32BE(spawnSync('true').pid, 6)
  expect(isLeftTemporary(`.${bytes.toString('base64url')}.tmp`)).toBe(true)
})

test("names of DVC's own, of people and of other hosts are not judged", () => {
  const bytes = Buffer.from(basename(temporaryBeside('/a/b')).slice(1, 23), 'base64url')
  bytes.writeUInt32BE(spawnSync('true').pid, 6)
  bytes[3]! ^= 1
  for (const name of [`.${bytes.toString('base64url')}.tmp`, '.ZJhwT5v6KtoRSgqZ-c1RQA.tmp', '.a.tmp', 'b.tmp'])
    expect(isLeftTemporary(name)).toBe(false)
})
