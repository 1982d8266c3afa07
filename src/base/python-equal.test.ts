import { expect, test } from 'vitest'
import { pythonEquals, pythonGet, pythonKey } from './python-equal.ts'
import { pythonRepr } from './python-repr.ts'
import type { Value } from './value.ts'

const tuple: Value = { kind: 'tuple', text: '(1,)', items: [1n] }

function named(pairs: readonly (readonly [Value, Value])[]): [string, string, Value, Value][] {
  return pairs.map(([a, b]) => [pythonRepr(a), pythonRepr(b), a, b])
}

test.each(
  named([
    [1n, 1],
    [1n, true],
    [0, false],
    [2n ** 70n, 2 ** 70],
    [
      [1n, [2]],
      [1, [2n]],
    ],
    [
      new Map([
        ['a', 1n],
        ['b', 2n],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    ],
    [new Map([[1n, 'x']]), new Map([[true, 'x']])],
    [tuple, { ...tuple, items: [1] }],
  ]),
)('%s and %s are equal', (_, __, a, b) => {
  expect(pythonEquals(a, b)).toBe(true)
  expect(pythonEquals(b, a)).toBe(true)
})

test.each(
  named([
    [1n, '1'],
    [0n, null],
    [Number.NaN, Number.NaN],
    [2n ** 53n + 1n, 2 ** 53],
    [[1n], [1n, 2n]],
    [[1n], tuple],
    [new Map([['a', 1n]]), new Map([['a', 2n]])],
    [new Map([['a', null]]), new Map([['b', null]])],
  ]),
)('%s and %s differ', (_, __, a, b) => {
  expect(pythonEquals(a, b)).toBe(false)
  expect(pythonEquals(b, a)).toBe(false)
})

test('a key is found by a number or boolean that equals it', () => {
  const map = new Map<bigint | string, Value>([
    ['1', 'text'],
    [1n, 'number'],
  ])
  expect(pythonGet(map, true)).toBe('number')
  expect(pythonGet(map, 1)).toBe('number')
  expect(pythonGet(map, 2)).toBeUndefined()
})

test('equal keys have one form, and no text has the form of a number', () => {
  expect([1n, 1, true].map(pythonKey)).toEqual(['1', '1', '1'])
  expect(new Set(['1', 'null', 'true', 1n, null, 1.5].map(pythonKey)).size).toBe(6)
})

test.each<[Value, Value, boolean, boolean]>([
  [Number.NaN, Number.NaN, false, false],
  [[Number.NaN], [Number.NaN], false, true],
  [new Map([['a', [1n, Number.NaN]]]), new Map([['a', [1, Number.NaN]]]), false, true],
  [[Number.NaN], [1n], false, false],
])('nan in case %#, as many objects and as one', (a, b, many, one) => {
  expect([pythonEquals(a, b), pythonEquals(a, b, true)]).toEqual([many, one])
})
