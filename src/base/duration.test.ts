import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

test.each([
  ['90', 90_000],
  ['0', 0],
  ['500ms', 500],
  ['1.5m', 90_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['soon', undefined],
  ['-1', undefined],
  ['1x', undefined],
  ['', undefined],
])('reads %j as %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  [0, '0.0s'],
  [444, '0.4s'],
  [9949, '9.9s'],
  [9950, '10s'],
  [59_400, '59s'],
  [59_600, '1m00s'],
  [128_000, '2m08s'],
  [3_720_000, '1h02m'],
])('shows %j ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
