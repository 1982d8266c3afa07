import { expect, test } from 'vitest'
import { PathTrie } from './path-trie.ts'

const trie = new PathTrie<number>()
for (const [value, path] of ['/p/b', '/p/a/x', '/p', '/p/a/w', '/p/b', '/q', '/p/ab'].entries()) trie.add(path, value)

test('values stand at, above and below their paths, by whole components', () => {
  expect(trie.atOrAbove('/p/b/deep/er')).toEqual([2, 0, 4])
  expect(trie.below('/p')).toEqual([0, 4, 1, 3, 6])
  expect(trie.below('/p/a')).toEqual([1, 3])
  expect(trie.below('/nowhere')).toEqual([])
  expect(trie.atOrAbove('/nowhere')).toEqual([])
})

test('the nearest folder above does not count the path itself', () => {
  expect(trie.nearestAbove('/p/b')).toEqual([2])
  expect(trie.nearestAbove('/p/b/c')).toEqual([0, 4])
  expect(trie.nearestAbove('/p')).toEqual([])
})

test('the root of the file system is above everything', () => {
  const whole = new PathTrie<string>()
  whole.add('/', 'root')
  expect(whole.atOrAbove('/a/b')).toEqual(['root'])
})
