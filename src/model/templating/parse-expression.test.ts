import { expect, test } from 'vitest'
import { parseExpression } from './parse-expression.ts'

test.each([
  ['a', ['a']],
  [' a b ', ['a b']],
  ['a.b[0].c', ['a', 'b', '0', 'c']],
  ['a[ b ][1]', ['a', 'b', '1']],
  ['a[0] .b ', ['a', '0', 'b']],
  ['ENV:-dev', ['ENV:-dev']],
  ["a['b']", ['a', "'b'"]],
  [' ', ['']],
])('%j names %j', (inner, names) => {
  expect(parseExpression(inner)).toEqual({ ok: true, names })
})

test.each([
  ['', 0],
  ['.a', 0],
  ['[a]', 0],
  ['a.', 1],
  ['a..b', 1],
  ['a[]', 1],
  ['a[b', 1],
  ['a]', 1],
  ['a[b]c', 4],
])('%j stops being an expression at %i', (inner, offset) => {
  expect(parseExpression(inner)).toEqual({ ok: false, offset })
})
