import { expect, test } from 'vitest'
import { isRunId, newRunId, startOf } from './run-id.ts'

test('ids sort by time of start, also within a second', () => {
  const starts = [0, 1, 9, 10, 15, 16, 99, 100, 255, 256, 998, 999, 1000].map((ms) =>
    Date.UTC(2026, 10, 28, 12, 0, 0, ms),
  )
  const ids = starts.map((start) => newRunId(new Date(start)))
  expect(ids.every((id) => isRunId(id))).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
})

test('an id tells when its run started', () => {
  const now = Date.UTC(2026, 10, 28, 12, 34, 56, 789)
  expect(startOf(newRunId(new Date(now)))).toBe(now - 789)
})
