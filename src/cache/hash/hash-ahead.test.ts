import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchesOf, groupLarge } from './hash-ahead.ts'

const mebibyte = 2 ** 20

interface Sized {
  readonly stats: { readonly size: number }
}

function files(sizes: readonly number[]): readonly Sized[] {
  return sizes.map((size) => ({ stats: { size } }))
}

function sizesOf(groups: readonly (readonly Sized[])[]): readonly (readonly number[])[] {
  return groups.map((group) => group.map(({ stats }) => stats.size))
}

test('every small file is in one batch, in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(mebibyte), { maxLength: 2000 }), (sizes) => {
      expect(sizesOf(batchesOf(files(sizes))).flat()).toEqual(sizes)
    }),
  )
})

test('a batch ends with 512 files or 16 MiB', () => {
  expect(batchesOf(files(Array(1100).fill(10))).map(({ length }) => length)).toEqual([512, 512, 76])
  expect(batchesOf(files(Array(40).fill(mebibyte))).map(({ length }) => length)).toEqual([16, 16, 8])
})

test('large files share a thread, the largest first, if that leaves none idle and they are enough', () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8]
  expect(sizesOf(groupLarge(files(sizes), 2))).toEqual([
    [8, 7, 6, 5],
    [4, 3, 2, 1],
  ])
  expect(sizesOf(groupLarge(files(sizes.slice(0, 4)), 2))).toEqual([[4], [3], [2], [1]])
  const many = Array.from({ length: 20 }, (_, index) => index)
  expect(sizesOf(groupLarge(files(many), 2)).map((group) => group.length)).toEqual([8, 8, 4])
})
