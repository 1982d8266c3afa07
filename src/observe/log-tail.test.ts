import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lastLines } from '../base/last-lines.ts'
import { LogTail } from './log-tail.ts'

let folder: string
let file: string
let lines: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tail-'))
  file = join(folder, 'log')
  lines = []
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function keep(line: string): void {
  lines.push(line)
}

test('a file that is not there yet has no lines', () => {
  const tail = new LogTail(file)
  tail.read(keep)
  appendFileSync(file, 'a\n')
  tail.end(keep)
  expect(lines).toEqual(['a'])
})

test('letters that are cut in the middle come out whole', () => {
  const tail = new LogTail(file)
  const bytes = Buffer.from('größe\n')
  for (const byte of bytes) {
    appendFileSync(file, Buffer.from([byte]))
    tail.read(keep)
  }
  tail.end(keep)
  expect(lines).toEqual(['größe'])
})

test('a progress bar does not pile up', () => {
  const tail = new LogTail(file)
  for (let percent = 0; percent < 1000; percent++) appendFileSync(file, `\r${percent} done`)
  tail.read(keep)
  appendFileSync(file, '\r\n')
  tail.end(keep)
  expect(lines).toEqual(['999 done\r'])
})

test('a line without end is handed out in pieces', () => {
  const tail = new LogTail(file)
  appendFileSync(file, 'x'.repeat(200_000))
  tail.end(keep)
  expect(lines.length).toBeGreaterThan(1)
  expect(lines.join('')).toBe('x'.repeat(200_000))
})

test('the last lines of a large file are found without its beginning', () => {
  appendFileSync(file, Array.from({ length: 50_000 }, (_, line) => `line ${line}\n`).join(''))
  expect(lastLines(file, 2)).toEqual(['line 49998', 'line 49999'])
  expect(lastLines(join(folder, 'none'), 2)).toEqual([])
})
