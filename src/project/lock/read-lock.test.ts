import { expect, test } from 'vitest'
import { readLock } from './read-lock.ts'

const md5 = 'b026324c6904b2a9cb4b88d6d61c81d1'

test('deps, params and outs of each entry are read', () => {
  const text = `schema: '2.0'
stages:
  train:
    cmd: python a.py
    deps:
    - path: data
      hash: md5
      md5: ${md5}.dir
      size: 4
      nfiles: 2
    - path: old
      md5: ${md5}
      isexec: true
    params:
      params.yaml:
        lr: 0.001
    outs:
    - path: s3://b/o
      hash: md5
      etag: abcdef
      cloud: {r: {version_id: v1}}
datasets:
- name: d
`
  const { lock, problems } = readLock(text, 'dvc.lock')
  expect(problems).toEqual([])
  const none = { hash: undefined, size: undefined, nfiles: undefined, isexec: false, extra: new Map() }
  expect(lock.entries.get('train')).toEqual({
    cmd: 'python a.py',
    deps: [
      { ...none, path: 'data', hashName: 'md5', hash: `${md5}.dir`, size: 4, nfiles: 2 },
      { ...none, path: 'old', hashName: 'md5-dos2unix', hash: md5, isexec: true },
    ],
    params: new Map([['params.yaml', new Map([['lr', 0.001]])]]),
    outs: [
      {
        ...none,
        path: 's3://b/o',
        hashName: 'etag',
        hash: 'abcdef',
        extra: new Map([['cloud', new Map([['r', new Map([['version_id', 'v1']])]])]]),
      },
    ],
    definitionMd5: undefined,
  })
  expect(lock.datasets).toEqual([new Map([['name', 'd']])])
})

test.each([
  ['an empty file', '', ['LOCK_VERSION_INVALID']],
  ['a schema that is a number', 'schema: 2.0\nstages: {}', ['LOCK_VERSION_INVALID']],
  ['the form of DVC 1', 'train:\n  cmd: a', ['LOCK_VERSION_INVALID', 'LOCK_INVALID']],
  ['stages without value', "schema: '2.0'\nstages:", ['LOCK_INVALID']],
  ['a list', '- a', ['LOCK_INVALID']],
  ['no YAML', 'a: "', ['YAML_INVALID']],
  ['a repeated stage', "schema: '2.0'\nstages:\n  a: {cmd: x}\n  a: {cmd: y}", ['YAML_DUPLICATE_KEY']],
])('%s has no entries and is a problem', (_, text, codes) => {
  const { lock, problems } = readLock(text, 'dvc.lock')
  expect(problems.map(({ code }) => code)).toEqual(codes)
  expect([...lock.entries]).toEqual([])
})

test.each([
  ['no command', 'deps: []', '3:3', 'expected the key `cmd`'],
  ['a command that is a number', 'cmd: 1', '4:10', 'expected text or a list, found a whole number `1`'],
  ['an unknown key', 'cmd: a\n    wdir: b', '5:5', 'key `wdir` is not known here'],
  ['a dep without path', 'cmd: a\n    deps:\n    - md5: abc', '6:7', 'expected the key `path`'],
  ['a digest without quotes', 'cmd: a\n    outs: [{path: o, md5: 123456}]', '5:27', 'expected a checksum (text)'],
  ['a digest that is too short', 'cmd: a\n    outs: [{path: o, md5: ab}]', '5:27', 'expected a checksum (text)'],
  ['params that are a list', 'cmd: a\n    params: [lr]', '5:13', 'expected a map'],
  ['two clouds', 'cmd: a\n    outs: [{path: o, cloud: {a: {}, b: {}}}]', '5:29', 'expected one remote'],
])('an entry with %s is left out and named, the others are read', (_, entry, place, detail) => {
  const text = `schema: '2.0'\nstages:\n  bad:\n    ${entry}\n  good:\n    cmd: a\n`
  const { lock, problems } = readLock(text, 'sub/dvc.lock')
  expect([...lock.entries.keys()]).toEqual(['good'])
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({ code: 'LOCK_ENTRY_INVALID', stage: 'sub/dvc.yaml:bad' })
  expect(`${problems[0]?.at?.line}:${problems[0]?.at?.column}`).toBe(place)
  expect(problems[0]?.message).toContain(detail)
})
