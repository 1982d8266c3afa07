import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Problem } from '../base/problem.ts'
import type { Value, ValueMap } from '../base/value.ts'
import { cacheModes } from './objects/modes.ts'
import { RunCache } from './run-cache.ts'

let root = ''
let runCache: RunCache

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restage-runs-'))
  runCache = new RunCache({ folder: join(root, 'runs'), root, modes: cacheModes(undefined) })
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

test('the newest of several results is found', async () => {
  for (const digest of ['a', 'b', 'c']) await runCache.save(entry(digest))
  const [first] = files()
  utimesSync(first!, 1, 1)
  const last = files()[2]!
  utimesSync(last, 4e9, 4e9)
  expect(readFileSync(last, 'utf8')).toContain(outDigest(await runCache.find(entry('f'))))
})

test('what is there already is not written again', async () => {
  await runCache.save(entry('a'))
  const [file] = files()
  utimesSync(file!, 1, 1)
  await runCache.save(entry('a'))
  expect(files()).toEqual([file])
  expect(existsSync(file!) && readFileSync(file!, 'utf8')).toContain('md5: a')
})

test.each(['', 'cmd: [', 'cmd: c\nouts: [{path: o, mine: 1}]\n', '- 1\n'])(
  'a damaged entry is removed with a warning: %j',
  async (text) => {
    await runCache.save(entry('a'))
    const [file] = files()
    writeFileSync(file!, text)
    expect([await runCache.find(entry('a')), files()]).toEqual([undefined, [file]])
    const warnings: Problem[] = []
    expect(await runCache.find(entry('a'), (problem) => warnings.push(problem))).toBeUndefined()
    expect([files(), warnings.map(({ code }) => code)]).toEqual([[], ['RUN_CACHE_DAMAGED']])
    expect(existsSync(dirname(file!))).toBe(false)
    await runCache.save(entry('a'))
    expect(await runCache.find(entry('a'))).toEqual(entry('a'))
  },
)

test('an empty folder and an unfinished file, left by a killed process, hold nothing', async () => {
  await runCache.save(entry('a'))
  const folder = dirname(files()[0]!)
  rmSync(files()[0]!)
  const warnings: Problem[] = []
  expect(await runCache.find(entry('a'), (problem) => warnings.push(problem))).toBeUndefined()
  expect([existsSync(folder), warnings.map(({ code }) => code)]).toEqual([false, ['RUN_CACHE_DAMAGED']])
  mkdirSync(folder)
  writeFileSync(join(folder, '.abcdefghijklmnopqrstuv.tmp'), 'cmd: c\n')
  expect(await runCache.find(entry('a'))).toBeUndefined()
})

test('a run cache that cannot be written is an error of the file system', async () => {
  mkdirSync(join(root, 'no'))
  writeFileSync(join(root, 'no/runs'), '')
  const blocked = new RunCache({ folder: join(root, 'no/runs'), root, modes: cacheModes(undefined) })
  await expect(blocked.save(entry('a'))).rejects.toThrow(/ENOTDIR|EEXIST/)
})

function entry(digest: string): ValueMap {
  const out = new Map<string, Value>([
    ['path', 'o'],
    ['hash', 'md5'],
    ['md5', digest.repeat(32)],
  ])
  return new Map<string, Value>([
    ['cmd', 'c'],
    ['outs', [out]],
  ])
}

function outDigest(found: ValueMap | undefined): string {
  const outs = found?.get('outs') as readonly ValueMap[]
  return `md5: ${outs[0]!.get('md5') as string}`
}

function files(): readonly string[] {
  return readdirSync(join(root, 'runs'), { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile() && !found.name.startsWith('.'))
    .map((found) => join(found.parentPath, found.name))
}
