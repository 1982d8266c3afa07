import { describe, expect, test } from 'vitest'
import { parseGlobTarget, parseTarget } from './parse-target.ts'

describe('a target is split as DVC splits it', () => {
  test.each([
    ['s', undefined, 's'],
    ['s@a:b', undefined, 's@a:b'],
    ['data/f.txt', undefined, 'data/f.txt'],
    ['data/f.dvc', 'data/f.dvc', undefined],
    ['a@b.dvc', 'a@b.dvc', undefined],
    ['dvc.yaml:', undefined, 'dvc.yaml:'],
    ['sub/dvc.yaml', 'sub/dvc.yaml', undefined],
    ['sub/dvc.yaml:s', 'sub/dvc.yaml', 's'],
    ['dvc.yaml:s@1', 'dvc.yaml', 's@1'],
    ['dvc.yaml:s@1@2', 'dvc.yaml', 's@1@2'],
    ['x:y:z', 'x:y', 'z'],
    ['x:y/z', undefined, 'x:y/z'],
    ['a@b/dvc.yaml:s', undefined, 'a@b/dvc.yaml:s'],
    [':s', undefined, 's'],
    ['foo:bar', 'foo', 'bar'],
    ['@x', undefined, undefined],
    ['s@', undefined, 's@'],
    ['foo.yaml', undefined, 'foo.yaml'],
  ])('%s', (target, file, name) => {
    expect(parseTarget(target)).toEqual({ file, name })
  })
})

test.each([
  ['s*', undefined, 's*'],
  ['sub/dvc.yaml:s*', 'sub/dvc.yaml', 's*'],
  ['sub/dvc.yaml:', 'sub/dvc.yaml', undefined],
  ['s@*', undefined, 's@*'],
  ['a:b:c', 'a:b', 'c'],
])('a pattern %s is split at its last colon', (target, file, name) => {
  expect(parseGlobTarget(target)).toEqual({ file, name })
})
