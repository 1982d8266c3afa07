import { expect, test } from 'vitest'
import type { Scalar, Value } from '../../base/value.ts'
import { findParam } from './find-param.ts'

function map(...entries: readonly (readonly [Scalar, Value])[]): Value {
  return new Map(entries)
}

const document = map(
  ['lr', 0.1],
  ['lrs', [1n, 2n, map(['deep', 'x'])]],
  ['train', map(['epochs', 3n], ['dot.key', 1n], ['nothing', null])],
  [1n, map(['a', 'one'])],
  [true, 'yes'],
  [2.5, 'float'],
  [null, 'null'],
  ['tuple', { kind: 'tuple', text: '(7,)', items: [7n] }],
)

// Expectations come from dpath 2.2, which DVC asks.
test.each<readonly [key: string, value: Value]>([
  ['lr', 0.1],
  ['train.epochs', 3n],
  ['train.nothing', null],
  ['.lr', 0.1],
  ['lrs.0', 1n],
  ['lrs.01', 2n],
  ['lrs.-2', 2n],
  ['lrs.2.deep', 'x'],
  ['lrs.*.deep', 'x'],
  ['train.ep*', 3n],
  ['[!l]*.epochs', 3n],
  ['**.epochs', 3n],
  ['lr.**', 0.1],
  ['tuple.0', 7n],
  ['1.a', 'one'],
  ['True', 'yes'],
])('%s is found', (key, value) => {
  expect(findParam(document, key)).toEqual({ found: 'one', value })
})

test.each([
  'LR',
  'train.dot.key',
  'dot.key',
  'lrs.3',
  'lrs.-4',
  'lrs.x',
  'lr.x',
  '2.5',
  'None',
  'train.epochs.x',
  'lr.',
  '**.a.**',
])('%s is not found', (key) => {
  expect(findParam(document, key)).toEqual({ found: 'none' })
})

test.each(['lr*', 'train.*', '1', '**'])('%s matches more than one value', (key) => {
  expect(findParam(document, key)).toEqual({ found: 'many' })
})

test.each(['', '/'])('the key %j is the whole document', (key) => {
  expect(findParam(document, key)).toEqual({ found: 'one', value: document })
})
