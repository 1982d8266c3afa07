import { expect, test } from 'vitest'
import { addIgnoreLines } from './gitignore-file.ts'

test.each([
  [undefined, 'out', '/out\n'],
  ['', 'out', '/out\n'],
  ['/a\n', 'b', '/a\n/b\n'],
  ['/a', 'b', '/a\n/b\n'],
  ['/a\r\n', 'b', '/a\r\n/b\n'],
  ['/b\n!/b\n', 'b', '/b\n!/b\n/b\n'],
  ['/b \n', 'b ', '/b \n/b \n'],
  [undefined, 'sp ace', '/sp ace\n'],
  [undefined, '!#*?[]\\é', '/\\!\\#\\*\\?\\[\\]\\\\é\n'],
])('to %j comes the name %j', (text, name, expected) => {
  expect(addIgnoreLines(text, [{ name, rank: 0 }])?.text).toBe(expected)
})

test('a line that is there and works is not repeated', () => {
  expect(addIgnoreLines('/a\n/b', [{ name: 'b', rank: 0 }])).toBeUndefined()
  const done = addIgnoreLines('/a\n', [
    { name: 'a', rank: 0 },
    { name: 'b', rank: 1 },
  ])
  expect(done).toEqual({ text: '/a\n/b\n', added: [{ name: 'b', rank: 1 }] })
})

test('lines go before the first one of a later out, by their ranks', () => {
  const add = (text: string, names: string, ranks: Record<string, number>): string | undefined => {
    const news = names.split(' ').map((name) => ({ name, rank: Number(name.slice(1)) }))
    return addIgnoreLines(text, news, new Map(Object.entries(ranks)))?.text
  }
  expect(add('/old\n/y*\n/o4\n/o5\n', 'o2', { o4: 4, o5: 5 })).toBe('/old\n/y*\n/o2\n/o4\n/o5\n')
  expect(add('/x\\*', 'o2', { 'x*': 3 })).toBe('/o2\n/x\\*')
  expect(add('/old\n', 'o2 o1', { d: 3 })).toBe('/old\n/o1\n/o2\n')
  expect(add('/o1\n/o3', 'o4 o2', { o1: 1, o3: 3 })).toBe('/o1\n/o2\n/o3\n/o4\n')
})
