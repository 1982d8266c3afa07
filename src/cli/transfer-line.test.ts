import { expect, test } from 'vitest'
import { transferText } from './transfer-line.ts'

test.each([
  [{ settled: 0, total: 1, bytes: 0 }, 500, 'Pushing: 0 of 1 file, 0 B, 0 B/s'],
  [{ settled: 120, total: 4500, bytes: 1_234_567_890 }, 5000, 'Pushing: 120 of 4500 files, 1.2 GB, 247 MB/s'],
])('%j after %d ms', (tally, elapsedMs, text) => {
  expect(transferText('Pushing', tally, elapsedMs)).toBe(text)
})
