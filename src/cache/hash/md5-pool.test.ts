import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toBatches } from './md5-pool.ts'

const mebibyte = 2 ** 20

function batchesOf(sizes: readonly number[], threads: number): readonly (readonly number[])[] {
  return toBatches(
    sizes.map((size, index) => ({ path: `f${index}`, size })),
    threads,
  )
}

test('every file is in one batch', () => {
  const size = fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: 3 * mebibyte }))
  fc.assert(
    fc.property(fc.array(size, { maxLength: 2000 }), fc.integer({ min: 1, max: 4 }), (sizes, threads) => {
      const numbers = batchesOf(sizes, threads).flat()
      expect(numbers.toSorted((a, b) => a - b)).toEqual(sizes.map((_, index) => index))
    }),
  )
})

test('large files share a thread by four, the largest first, if that leaves none idle', () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8].map((times) => times * mebibyte)
  expect(batchesOf(sizes, 2)).toEqual([
    [7, 6, 5, 4],
    [3, 2, 1, 0],
  ])
  expect(batchesOf(sizes.slice(0, 7), 2)).toEqual([[6], [5], [4], [3], [2], [1], [0]])
})

test('small files go together in their order, up to 512', () => {
  expect(batchesOf(Array(1100).fill(10), 2).map(({ length }) => length)).toEqual([512, 512, 76])
})
