import { expect, test } from 'vitest'
import type { Value, ValueMap } from '../../base/value.ts'
import { cleanValue, emptyContext, isConflict, lookUp, mergeLayer, withItem } from './context.ts'

const map = (entries: Readonly<Record<string, Value>>): ValueMap => new Map(Object.entries(entries))

test.each<[readonly string[], Value | undefined]>([
  [['a'], 1n],
  [['list', '1'], 'y'],
  [['list', '-1'], 'z'],
  [['list', '0_1'], 'y'],
  [['list', '3'], undefined],
  [['list', '-4'], undefined],
  [['list', 'x'], undefined],
  [['deep', 'down'], null],
  [['a', 'b'], undefined],
  [['__proto__'], undefined],
])('%s leads to %s', (names, value) => {
  const values = map({ a: 1n, list: ['x', 'y', 'z'], deep: map({ down: null }) })
  expect(lookUp(values, names)).toBe(value)
})

test('maps merge, and the values that were there stay as they are', () => {
  const first = mergeLayer(emptyContext, { source: 'a', values: map({ x: map({ p: 1n }) }) })
  if (isConflict(first)) throw new Error('unexpected')
  const second = mergeLayer(first, { source: 'b', values: map({ x: map({ q: 2n }), y: 3n }) })
  if (isConflict(second)) throw new Error('unexpected')
  expect(second.values).toEqual(map({ x: map({ p: 1n, q: 2n }), y: 3n }))
  expect(first.values).toEqual(map({ x: map({ p: 1n }) }))
})

test.each<[Value, Value]>([
  [1n, 1n],
  [map({ q: 1n }), 2n],
  [1n, map({ q: 1n })],
  [['a'], ['b']],
])('%s cannot be redefined by %s', (before, after) => {
  const first = mergeLayer(emptyContext, { source: 'a.yaml', values: map({ x: map({ p: before }) }) })
  if (isConflict(first)) throw new Error('unexpected')
  const second = mergeLayer(first, { source: 'b.yaml', values: map({ x: map({ p: after }) }) })
  expect(second).toEqual({ path: 'x.p', source: 'a.yaml' })
})

test('an item covers a value of the same name, and vars may not define it', () => {
  const covered = withItem({ ...emptyContext, values: map({ item: 1n, a: 2n }) }, new Map([['item', 3n]]))
  expect([covered.values, covered.reserved]).toEqual([map({ item: 3n, a: 2n }), ['item']])
})

test('keys that are no text are dropped, shared values stay shared, a date is found', () => {
  const shared: ValueMap = new Map<string | bigint, Value>([
    ['a', 1n],
    [2n, 'gone'],
  ])
  const date = { kind: 'date', text: '2020-01-01' } as const
  const { value, foreign } = cleanValue(map({ x: shared, y: shared, z: [date] }))
  const cleaned = value as ValueMap
  expect(cleaned.get('x')).toEqual(map({ a: 1n }))
  expect(cleaned.get('x')).toBe(cleaned.get('y'))
  expect(foreign).toEqual({ path: ['z', '0'], value: date })
})

test('of a map with a date among its keys the named entries are left', () => {
  const dict = { kind: 'dict', text: '…', entries: map({ a: 1n }) } as const
  expect(cleanValue(map({ x: dict }))).toEqual({ value: map({ x: map({ a: 1n }) }), foreign: undefined })
})
