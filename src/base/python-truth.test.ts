import { expect, test } from 'vitest'
import { isTruthy } from './python-truth.ts'
import type { Value } from './value.ts'

test('what is empty or zero is false, nan is true', () => {
  const falsy: Value[] = [null, false, 0n, 0, -0, '', [], new Map(), { kind: 'tuple', text: '()', items: [] }]
  const truthy: Value[] = [
    true,
    1n,
    Number.NaN,
    ' ',
    [null],
    new Map([['', null]]),
    { kind: 'date', text: '2020-01-01' },
  ]
  expect(falsy.map(isTruthy)).toEqual(falsy.map(() => false))
  expect(truthy.map(isTruthy)).toEqual(truthy.map(() => true))
})
