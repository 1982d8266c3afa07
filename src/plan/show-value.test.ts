import { expect, test } from 'vitest'
import type { Value } from '../base/value.ts'
import { showValue } from './show-value.ts'

test.each<[string, Value]>([
  ['plain text', 'plain text'],
  ['7', 7n],
  ['1.0', 1],
  ['1e-05', 0.00001],
  ['null', null],
  ['true', true],
  ['["a", 1, []]', ['a', 1n, []]],
  ['{a: {b: "c"}}', new Map<string, Value>([['a', new Map([['b', 'c']])]])],
  ['(1, 2)', { kind: 'tuple', text: '(1, 2)', items: [1n, 2n] }],
])('shown is %s', (expected, value) => {
  expect(showValue(value)).toBe(expected)
})

test('what is long, wide or deep is cut', () => {
  expect(showValue('x'.repeat(1000))).toBe(`${'x'.repeat(200)}…`)
  expect(showValue(Array.from({ length: 1_000_000 }, () => 1n)).length).toBeLessThan(250)
  let deep: Value = []
  for (let i = 0; i < 100_000; i++) deep = [deep, deep]
  expect(showValue(deep).length).toBeLessThan(250)
})
