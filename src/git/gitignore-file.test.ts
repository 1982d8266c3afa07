import { expect, test } from 'vitest'
import { addIgnoreLine } from './gitignore-file.ts'

test.each([
  [undefined, 'out', '/out\n'],
  ['', 'out', '/out\n'],
  ['/a\n', 'b', '/a\n/b\n'],
  ['/a', 'b', '/a\n/b\n'],
  ['/a\r\n', 'b', '/a\r\n/b\n'],
  ['/b\n!/b\n', 'b', '/b\n!/b\n/b\n'],
  ['/b \n', 'b ', '/b \n/b \n'],
  [undefined, 'sp ace', '/sp ace\n'],
  [undefined, '!#*?[]\\é', '/\\!\\#\\*\\?\\[\\]\\\\é\n'],
])('to %j comes the name %j', (text, name, expected) => {
  expect(addIgnoreLine(text, name, [])).toBe(expected)
})

test('a line that is there and works is not repeated', () => {
  expect(addIgnoreLine('/a\n/b', 'b', [])).toBeUndefined()
})

test('a line goes before the first one of a later out', () => {
  expect(addIgnoreLine('/old\n/y*\n/c\n/d\n', 'b', ['d', 'c'])).toBe('/old\n/y*\n/b\n/c\n/d\n')
  expect(addIgnoreLine('/x\\*', 'b', ['x*'])).toBe('/b\n/x\\*')
  expect(addIgnoreLine('/old\n', 'b', ['d'])).toBe('/old\n/b\n')
})
