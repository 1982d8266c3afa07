import { expect, test } from 'vitest'
import { parseByteSize } from './byte-size.ts'

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
