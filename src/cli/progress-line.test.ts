import pc from 'picocolors'
import { expect, test, vi } from 'vitest'
import { hashTally } from '../cache/hash/hash-tally.ts'
import type { CliIo, Output } from './cli-io.ts'
import { progressText, whileHashing } from './progress-line.ts'

test.each([
  [{ settled: 0, total: 1, bytes: 0 }, 500, 'Pushing: 0 of 1 file, 0 B, 0 B/s'],
  [{ settled: 120, total: 4500, bytes: 1_234_567_890 }, 5000, 'Pushing: 120 of 4500 files, 1.2 GB, 247 MB/s'],
])('%j after %d ms', (tally, elapsedMs, text) => {
  expect(progressText('Pushing', tally, elapsedMs)).toBe(text)
})

test('hashing that takes a while is shown to who watches, and leaves no line', async () => {
  vi.useFakeTimers()
  try {
    const { io, said } = watchedIo()
    await whileHashing(io, async () => {
      await vi.advanceTimersByTimeAsync(400)
      expect(said).toEqual([])
      hashTally.total++
      hashTally.addBytes(2_000_000)
      await vi.advanceTimersByTimeAsync(100)
      expect(said.join('')).toMatch(/^Hashing: \d+ of \d+ files?, [\d.]+ [kMG]?B, [\d.]+ [kMG]?B\/s\u001b\[0m\n$/)
    })
    hashTally.settled++
    expect(said.at(-1)).toBe('\u001b[1A\r\u001b[0J')
  } finally {
    vi.useRealTimers()
  }
})

test.each<[string, Partial<CliIo>]>([
  ['--json', { isJson: true }],
  ['a CI', { env: { CI: '1' } }],
])('%s shows no progress', async (_, change) => {
  vi.useFakeTimers()
  try {
    const { io, said } = watchedIo()
    await whileHashing({ ...io, ...change }, async () => {
      hashTally.total++
      await vi.advanceTimersByTimeAsync(1000)
    })
    hashTally.settled++
    expect(said.join('')).toBe('')
  } finally {
    vi.useRealTimers()
  }
})

function watchedIo(): { readonly io: CliIo; readonly said: string[] } {
  const said: string[] = []
  const output = (write: (text: string | Uint8Array) => void): Output => ({
    write,
    colors: pc.createColors(false),
    isTerminal: true,
    size: () => ({ columns: 80, rows: 24 }),
  })
  const stderr = output((text) => void said.push(String(text)))
  const io = { cwd: '/', env: {}, stdout: output(() => undefined), stderr, version: '0', isJson: false }
  return { io, said }
}
