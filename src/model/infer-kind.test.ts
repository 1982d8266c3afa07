import { expect, test } from 'vitest'
import { inferKind, type KindHints } from './infer-kind.ts'

test.each<[string, KindHints, string]>([
  ['a/b.CSV', {}, 'table'],
  ['a.csv.gz', {}, 'table'],
  ['a.tar.gz', {}, 'archive'],
  ['a.gz', {}, 'archive'],
  ['model.pkl', {}, 'model'],
  ['model', { type: 'model' }, 'model'],
  ['m.json', { metric: true }, 'metrics'],
  ['p.csv', { plot: true }, 'plot'],
  ['p.png', { plot: true }, 'image'],
  ['data/', {}, 'directory'],
  ['data', {}, 'file'],
  ['.hidden', {}, 'file'],
])('%s with %j is %s', (path, hints, kind) => {
  expect(inferKind(path, hints)).toBe(kind)
})
