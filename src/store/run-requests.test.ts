import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeRestageFolder } from '../project/restage-folder.ts'
import type { RunId } from '../run/events.ts'
import { openRunControl } from './run-requests.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restage-requests-'))
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
  rmSync(root, { recursive: true })
})

test('a run takes what it is asked for within a tenth of a second, once, and looks no more when it has ended', () => {
  const run = '20260101T000000-abcdef' as RunId
  const asked = vi.fn()
  const stop = openRunControl(root).listen(run, asked)
  vi.advanceTimersByTime(1000)
  const file = join(makeRestageFolder(root, 'runs', run, 'requests'), 'abc123.json')
  const ask = (): void => writeFileSync(file, '{"task":"fit","how":"kill"}')
  ask()
  vi.advanceTimersByTime(100)
  expect([asked.mock.calls, existsSync(file)]).toEqual([[['fit', 'kill']], false])
  vi.advanceTimersByTime(1000)
  stop()
  ask()
  vi.advanceTimersByTime(1000)
  expect(asked).toHaveBeenCalledTimes(1)
})
