import { expect, test } from 'vitest'
import { checksumOf } from './checksum.ts'

const bytes = Uint8Array.from({ length: 1003 }, (_, i) => (i * 7) % 251)

test('any changed bit, and any length, has another checksum', () => {
  const seen = new Set<number>([checksumOf(bytes)])
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = bytes.slice()
      damaged[at]! ^= 1 << bit
      seen.add(checksumOf(damaged))
    }
    seen.add(checksumOf(bytes.subarray(0, at)))
  }
  expect(seen.size).toBe(1 + bytes.length * 9)
})

test('it does not matter where the bytes lie in memory', () => {
  const wider = new Uint8Array(bytes.length + 1)
  wider.set(bytes, 1)
  expect(checksumOf(wider.subarray(1))).toBe(checksumOf(bytes))
})
