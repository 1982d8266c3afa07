import { expect, test } from 'vitest'
import type { Value } from '../../base/value.ts'
import type { ItemRecord, StageRecord } from '../record.ts'
import { writeYaml } from '../yaml/write-yaml.ts'
import { fromLockEntry, toLockEntry } from './lock-entry.ts'

function item(path: string, more: Partial<ItemRecord> = {}): ItemRecord {
  const none = { hash: undefined, size: undefined, nfiles: undefined, isexec: false, extra: new Map() }
  return { ...none, path, hashName: 'md5', ...more }
}

function record(more: Partial<StageRecord>): StageRecord {
  return { cmd: 'c', deps: [], params: new Map(), outs: [], definitionMd5: undefined, ...more }
}

test('deps and outs are sorted by path, in the order of code points', () => {
  const paths = ['b', './a', '\u{1F600}', '\uffff', 'B']
  const entry = toLockEntry(record({ deps: paths.map((path) => item(path)), outs: paths.map((path) => item(path)) }))
  const sorted = ['./a', 'B', 'b', '\uffff', '\u{1F600}'].map(
    (path) =>
      new Map([
        ['path', path],
        ['hash', 'md5'],
      ]),
  )
  expect(entry.get('deps')).toEqual(sorted)
  expect(entry.get('outs')).toEqual(sorted)
})

test('params.yaml stands first, files and keys are sorted, values are not', () => {
  const nested = new Map<string, Value>([
    ['z', 1n],
    ['a', 2n],
  ])
  const params = new Map([
    [
      'z.yaml',
      new Map<string, Value>([
        ['b', nested],
        ['a', null],
      ]),
    ],
    [
      'a.yaml',
      new Map<bigint, Value>([
        [10n, 'x'],
        [9n, 'y'],
      ]),
    ],
    ['params.yaml', new Map()],
  ])
  expect(writeYaml(toLockEntry(record({ params })))).toBe(
    'cmd: c\nparams:\n  params.yaml: {}\n  a.yaml:\n    9: y\n    10: x\n  z.yaml:\n    a:\n    b:\n      z: 1\n      a: 2\n',
  )
})

test.each<[string, ItemRecord, string]>([
  ['a directory', item('d', { hash: 'aa.dir', size: 0, nfiles: 0 }), 'hash: md5, md5: aa.dir, size: 0, nfiles: 0'],
  ['an executable', item('d', { hash: 'aa', size: 2, isexec: true }), 'hash: md5, md5: aa, size: 2, isexec: true'],
  ['a digest of DVC 2', item('d', { hashName: 'md5-dos2unix', hash: 'aa', size: 2 }), 'md5: aa, size: 2'],
  ['an etag', item('d', { hashName: 'etag', hash: 'aa' }), 'hash: md5, etag: aa'],
  ['nothing known', item('d'), 'hash: md5'],
  ['a dataset', item('d', { extra: new Map([['dataset', 'x']]) }), 'dataset: x'],
])('%s has the keys that DVC gives it', (_, dep, keys) => {
  const entry = toLockEntry(record({ deps: [dep] }))
  const lines = `path: d, ${keys}`.split(', ')
  expect(writeYaml(entry)).toBe(`cmd: c\ndeps:\n- ${lines.join('\n  ')}\n`)
})

test('an entry is what was recorded', () => {
  const recorded = record({
    cmd: ['a', 'b'],
    deps: [item('a', { hash: 'aa', size: 1 }), item('b', { hashName: 'md5-dos2unix', hash: 'bb' })],
    params: new Map([['p.yaml', new Map([['x', 1n]])]]),
    outs: [item('o', { hash: 'oo.dir', size: 9, nfiles: 3, extra: new Map([['version_id', 'v']]) })],
  })
  expect(fromLockEntry(toLockEntry(recorded))).toEqual(recorded)
})
