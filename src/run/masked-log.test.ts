import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { MaskedLog } from './masked-log.ts'

let log: string

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'masked-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  log = join(folder, 'fit.1.log')
})

test('everything written to the pipe is in the log when it is closed, in order and masked, and the pipe is gone', () => {
  const masked = new MaskedLog(log, ['hush-hush'])
  for (const text of ['one hush-', 'hush two\n', 'three hush-hus']) write(masked.path, text)
  masked.close()
  expect(readFileSync(log, 'utf8')).toBe('one *** two\nthree hush-hus')
  expect(existsSync(masked.path)).toBe(false)
})

test('a log that cannot be written is told at the end, and does not hold up who writes', () => {
  symlinkSync('/dev/full', log)
  const masked = new MaskedLog(log, ['hush-hush'])
  write(masked.path, 'words')
  expect(() => masked.close()).toThrow('ENOSPC')
})

function write(path: string, text: string): void {
  const fd = openSync(path, 'a')
  writeSync(fd, text)
  closeSync(fd)
}
