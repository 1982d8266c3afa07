import { expect, test } from 'vitest'
import { formatBytes, parseByteSize } from './byte-size.ts'

test.each([
  ['0', 0],
  ['1000', 1000],
  ['8Gi', 8 * 1024 ** 3],
  ['1.5G', 1_500_000_000],
  ['512Mi', 512 * 1024 ** 2],
  ['3k', 3000],
  ['8GB', undefined],
  ['-1', undefined],
  ['', undefined],
])('%s is %s bytes', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [999.6, '1.0 kB'],
  [1500, '1.5 kB'],
  [9960, '10 kB'],
  [999_600, '1.0 MB'],
  [2e15, '2000 TB'],
])('%d bytes are shown as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
