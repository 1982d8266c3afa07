import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Instant, RunEvent, RunId, TaskResult } from '../run/events.ts'
import type { TaskId } from '../run/task-id.ts'
import { EventFile } from './event-file.ts'
import { FileHistory } from './file-history.ts'
import type { History } from './history.ts'
import { openHistory } from './open-history.ts'
import { RunIndex } from './run-index.ts'
import { eventsFile } from './run-files.ts'
import { sweepRuns } from './sweep-runs.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'history-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
})

test('the index says what the files say, of all runs and of those in some state', async () => {
  record(1, { fit: ['ran', 100], report: ['failed', 5] }, 1)
  record(2, { fit: ['ran', 300], report: ['ran', 7] }, 0)
  record(3, { fit: ['cancelled', 300] }, 4)
  await expectSame()
  using index = await open()
  expect(index.runs({ most: 2 }).map(({ state }) => state)).toEqual(['cancelled', 'succeeded'])
  expect(index.runs({ most: 9, states: ['failed'] })).toMatchObject([{ run: id(1), failed: [{ address: 'report' }] }])
  expect([...index.durations()]).toEqual([
    ['fit', 200],
    ['report', 7],
  ])
})

test('the index takes up new runs, runs that have ended meanwhile, and runs that are gone', async () => {
  record(1, { fit: ['ran', 100] }, 0)
  const open = record(2, { fit: ['ran', 100] }, undefined)
  await expectSame()
  open.append(ended(2, 0))
  record(3, { fit: ['failed', 1] }, 1)
  rmSync(join(root, '.restage/runs', id(1)), { recursive: true })
  await expectSame()
  using history = await openHistory(root)
  expect(history.runs({ most: 9 }).map(({ run, state }) => [run, state])).toEqual([
    [id(3), 'failed'],
    [id(2), 'succeeded'],
  ])
})

test.each([
  ['missing', (file: string) => rmSync(file)],
  ['no database', (file: string) => writeFileSync(file, 'nonsense '.repeat(2000))],
  [
    'a folder',
    (file: string) => {
      rmSync(file)
      mkdirSync(join(file, 'x'), { recursive: true })
    },
  ],
  ['empty', (file: string) => writeFileSync(file, '')],
  ['cut in half', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
  ['overwritten in the middle', (file: string) => writeFileSync(file, readFileSync(file).fill(0x55, 4096, 12_000))],
])('an index that is %s is made again', async (_, damage) => {
  for (let number = 1; number <= 5; number++) record(number, { fit: ['ran', number] }, 0)
  await expectSame()
  damage(join(root, '.restage/index.sqlite'))
  record(6, { fit: ['ran', 6] }, 0)
  await expectSame()
})

test('events that are damaged anywhere hide no other run', async () => {
  record(1, { fit: ['ran', 1] }, 0)
  record(2, { fit: ['ran', 1] }, 0)
  record(3, { fit: ['ran', 1] }, undefined)
  writeFileSync(eventsFile(root, id(1)), '\u0000\u0000')
  appendFileSync(eventsFile(root, id(3)), '{"v":1,"seq":4,"type":"run-end')
  await expectSame()
  using history = await openHistory(root)
  expect(history.runs({ most: 9 }).map(({ run }) => run)).toEqual([id(3), id(2)])
})

test('sweeping keeps the newest runs, those young enough, and those under way', () => {
  for (let number = 1; number <= 6; number++) record(number, { fit: ['ran', 1] }, 0)
  rmSync(eventsFile(root, id(1)))
  sweepRuns(root, { runs: 4, ms: undefined }, 0)
  expect(left()).toEqual([2, 3, 4, 5, 6]) // this process is alive, and is said to carry them out
})

function left(): readonly number[] {
  return [1, 2, 3, 4, 5, 6].filter((number) => existsSync(join(root, '.restage/runs', id(number))))
}

async function open(): Promise<RunIndex> {
  const index = await RunIndex.open(root)
  expect(index).toBeDefined()
  return index!
}

async function expectSame(): Promise<void> {
  using index = await open()
  using files = new FileHistory(root)
  const all = (history: History) => [history.runs({ most: 99 }), new Map([...history.durations()].toSorted())]
  expect(all(index)).toEqual(all(files))
}

function id(number: number): RunId {
  return `20260101T00000${number}-00000${number}` as RunId
}

const at = '2026-01-01T00:00:00.000Z' as Instant

function ended(number: number, exitCode: number): RunEvent {
  return {
    type: 'run-ended',
    run: id(number),
    at,
    durationMs: 10,
    exitCode,
    counts: exitCode === 4 ? { cancelled: 1 } : {},
  }
}

function record(
  number: number,
  tasks: Readonly<Record<string, readonly [TaskResult, number]>>,
  exitCode: number | undefined,
): EventFile {
  const run = id(number)
  const file = new EventFile(root)
  onTestFinished(() => file[Symbol.dispose]())
  const names = Object.keys(tasks)
  file.append({
    type: 'run-started',
    run,
    at,
    jobs: 1,
    tasks: names.map((name) => ({ task: name as TaskId, address: name, decision: 'run', needs: [] })),
  })
  for (const [name, [result, durationMs]] of Object.entries(tasks)) {
    const rest = { exit: undefined, reason: undefined, blockedBy: undefined }
    file.append({ type: 'task-ended', run, at, task: name as TaskId, result, durationMs, ...rest })
  }
  if (exitCode !== undefined) file.append(ended(number, exitCode))
  return file
}
