import { expect, test } from 'vitest'
import { compileFnmatch } from './fnmatch.ts'

test.each([
  ['*', '', true],
  ['*', 'a/.b', true],
  ['?', '😀', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['[ab]', 'b', true],
  ['[!ab]', 'b', false],
  ['[!ab]', 'c', true],
  ['[]a]', ']', true],
  ['[a', '[a', true],
  ['[a-c]', 'b', true],
  ['[c-a]', 'b', false],
  ['[a-]', '-', true],
  ['[!]', '[!]', true],
  ['[^a]', '^', true],
  ['A', 'a', false],
  ['*a*b', 'xaxxb', true],
  ['*a*b', 'xbxxa', false],
  ['\\*', '\\x', true],
])('pattern %s on %s gives %s', (pattern, text, expected) => {
  expect(compileFnmatch(pattern)(text)).toBe(expected)
})

test('many stars on a long text that does not match end soon', () => {
  expect(compileFnmatch('*a'.repeat(30))('a'.repeat(29) + 'b'.repeat(3000))).toBe(false)
})
