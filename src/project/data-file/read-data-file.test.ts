import { expect, test } from 'vitest'
import { definitionMd5 } from './definition-md5.ts'
import { readDataFile, type DataFile } from './read-data-file.ts'

function read(text: string): DataFile {
  const result = readDataFile(text, 'x.dvc')
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'))
  return result.value
}

const imported = `md5: 657e6bfaf9e32d08763892cfed579cb7
frozen: true
deps:
- md5: aab7e3691d8e56dbebe8c22e116a21f4
  size: 4
  hash: md5
  path: /data/ex.txt
outs:
- md5: aab7e3691d8e56dbebe8c22e116a21f4
  size: 4
  hash: md5
  path: ex.txt
`

test('the hashes of an import are its record', () => {
  const { record } = read(imported)
  const hash = 'aab7e3691d8e56dbebe8c22e116a21f4'
  expect(record.definitionMd5).toBe('657e6bfaf9e32d08763892cfed579cb7')
  expect(record.deps).toMatchObject([{ path: '/data/ex.txt', hashName: 'md5', hash, size: 4 }])
  expect(record.outs).toMatchObject([{ path: 'ex.txt', hashName: 'md5', hash, size: 4 }])
})

test('a digest without `hash` is that of DVC 2', () => {
  expect(read('outs:\n- md5: abcdef\n  path: d\n').record.outs).toMatchObject([
    { hashName: 'md5-dos2unix', hash: 'abcdef' },
  ])
})

test('an empty file defines nothing', () => {
  expect(read('').value.size).toBe(0)
})

test.each([
  ['an unknown key', 'cmd: a', '1:1', 'key `cmd` is not known here'],
  ['an out without path', 'outs:\n- md5: abc', '2:3', 'expected the key `path`'],
  [
    'a digest without quotes',
    'outs:\n- md5: 123\n  path: d',
    '2:8',
    'expected a checksum (text), found a whole number `123`',
  ],
  ['outs that are a map', 'outs: {a: b}', '1:7', 'expected a list, found a map'],
  ['a repository without url', 'deps:\n- path: d\n  repo: {rev: x}', '3:3', 'expected the key `url`'],
  ['a list', '- a', '1:1', 'expected a map, found a list'],
])('%s is a problem of that file', (_, text, place, detail) => {
  const result = readDataFile(text, 'x.dvc')
  expect(result.ok ? [] : result.problems).toMatchObject([{ code: 'DATA_FILE_INVALID', stage: 'x.dvc' }])
  const [problem] = result.ok ? [] : result.problems
  expect(`${problem?.at?.line}:${problem?.at?.column}`).toBe(place)
  expect(problem?.message).toContain(detail)
})

test.each([
  ['as written by DVC', imported],
  ['with other sizes', imported.replaceAll('size: 4', 'size: 5')],
  ['with words about it', `desc: d\nmeta: {a: 1}\nwdir: .\n${imported}  desc: e\n  labels: [l]\n`],
  ['with defaults written out', `${imported}  cache: true\n  persist: false\n`],
  ['with a path that is not normalized', imported.replace('path: ex.txt', 'path: ./a/../ex.txt')],
])('the digest of an import is DVC’s: %s', (_, text) => {
  expect(definitionMd5(read(text).value)).toBe('657e6bfaf9e32d08763892cfed579cb7')
})

test.each([
  ['another hash', imported.replaceAll('aab7', 'aab8')],
  ['another path', imported.replace('ex.txt\nouts', 'ex2.txt\nouts')],
  ['another folder', `wdir: sub\n${imported}`],
  ['a hash of DVC 2', imported.replace(/ {2}hash: md5\n {2}path: ex/, '  path: ex')],
])('the digest covers %s', (_, text) => {
  expect(definitionMd5(read(text).value)).not.toBe('657e6bfaf9e32d08763892cfed579cb7')
})
