import { expect, test } from 'vitest'
import { pythonRepr } from './python-repr.ts'
import type { Value } from './value.ts'

test.each<readonly [Value, string]>([
  [null, 'None'],
  [true, 'True'],
  [1n, '1'],
  [1, '1.0'],
  ["it's", '"it\'s"'],
  ['"it\'s"', `'"it\\'s"'`],
  ['a\n\t\\\x00é\u200b', "'a\\n\\t\\\\\\x00é\\u200b'"],
  [[1n, 'a'], "[1, 'a']"],
  [new Map<string, Value>([['a', [null]]]), "{'a': [None]}"],
  [{ kind: 'tuple', text: '(1,)', items: [1n] }, '(1,)'],
])('shows it as $1', (value, text) => {
  expect(pythonRepr(value)).toBe(text)
})
