import { expect, test } from 'vitest'
import type { ItemRecord } from '../record.ts'
import { updateDataFile } from './update-data-file.ts'

function item(path: string, more: Partial<ItemRecord> = {}): ItemRecord {
  const none = { size: undefined, nfiles: undefined, isexec: false, extra: new Map() }
  return { ...none, path, hashName: 'md5', hash: 'new', ...more }
}

function update(text: string, outs: readonly ItemRecord[], deps: readonly ItemRecord[] = []): string {
  return updateDataFile(text, { cmd: undefined, deps, params: new Map(), outs, definitionMd5: undefined })
}

test('new hashes take the place of the old ones', () => {
  const text = 'outs:\n- md5: old.dir\n  size: 4\n  nfiles: 2\n  hash: md5\n  path: d\n'
  expect(update(text, [item('d', { size: 7 })])).toBe('outs:\n- md5: new\n  size: 7\n  hash: md5\n  path: d\n')
})

test('an executable is marked, and a digest of DVC 2 becomes one of DVC 3, at the end of the entry', () => {
  const text = 'outs:\n- md5: old\n  path: d\n  cache: false\n'
  expect(update(text, [item('d', { isexec: true })])).toBe(
    'outs:\n- md5: new\n  path: d\n  cache: false\n  isexec: true\n  hash: md5\n',
  )
})

test('a digest of DVC 2 that still holds stays one', () => {
  const text = 'outs:\n- md5: old\n  size: 1\n  path: d\n'
  expect(update(text, [item('d', { hashName: 'md5-dos2unix', hash: 'old', size: 1 })])).toBe(text)
})

test('comments, blank lines, order and blocks of text stay', () => {
  const text = `# head
desc: |
  two
  lines
outs:
# the data
- path: d
  md5: old   # its digest
  hash: md5

  meta: {a: [1, 2]} # mine
# end
`
  expect(update(text, [item('d', { size: 1 })])).toBe(
    text.replace('old   #', 'new   #').replace('# end\n', '# end\n  size: 1\n'),
  )
})

test('a comment beside a value keeps its column where it can', () => {
  const text = 'outs:\n- md5: older # a\n  size: 1 # b\n  hash: md5\n  path: d\n'
  expect(update(text, [item('d', { size: 12345 })])).toBe(
    'outs:\n- md5: new   # a\n  size: 12345 # b\n  hash: md5\n  path: d\n',
  )
})

test('defaults that were written out go, with what DVC no longer records', () => {
  const text =
    'wdir: .\nouts:\n- md5: old\n  etag: e\n  version_id: v\n  hash: md5\n  path: ./d\n  cache: true\n  push: false\n'
  expect(update(text, [item('./d')])).toBe('outs:\n- md5: new\n  hash: md5\n  path: d\n  push: false\n')
})

test('an import gets the digest of its new definition', () => {
  const text = `frozen: true
deps:
- hash: md5
  path: /data/ex.txt
outs:
- hash: md5
  path: ex.txt
`
  const more = { hash: 'aab7e3691d8e56dbebe8c22e116a21f4', size: 4 }
  const updated = update(text, [item('ex.txt', more)], [item('/data/ex.txt', more)])
  expect(updated.endsWith('md5: 657e6bfaf9e32d08763892cfed579cb7\n')).toBe(true)
  expect(update(updated, [item('ex.txt', more)], [item('/data/ex.txt', more)])).toBe(updated)
})

test('what another repository holds is not recorded', () => {
  const repo = '- path: o\n  repo:\n    url: https://example.com/r.git\n    rev_lock: 197a40\n'
  const text = `md5: 0\nfrozen: true\ndeps:\n${repo}outs:\n- md5: old\n  hash: md5\n  path: o\n`
  expect(update(text, [item('o')], [item('o')])).toContain(repo)
})

test('an out that was not recorded anew stays as it is', () => {
  const text = 'outs:\n- md5: a1\n  hash: md5\n  path: a\n- md5: b1\n  hash: md5\n  path: b\n'
  expect(update(text, [item('b')])).toBe(text.replace('b1', 'new'))
})
