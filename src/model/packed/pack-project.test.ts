import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Scalar, Value, ValueMap } from '../../base/value.ts'
import type { HashName, ItemRecord, StageRecord } from '../../project/record.ts'
import type { ArtifactRef } from '../artifact.ts'
import type { Project } from '../project.ts'
import type { Dep, Out, Stage, StageId } from '../stage.ts'
import { packProject, unpackProject } from './pack-project.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('dvc.yaml', '\ud800', 'a\nb'))
const flag = fc.boolean()
const scalar: fc.Arbitrary<Scalar> = fc.oneof(text, fc.bigInt(), fc.double(), flag, fc.constant(null))
const map: fc.Arbitrary<ValueMap> = fc
  .array(fc.tuple(text, fc.oneof(scalar, fc.array(scalar))), { maxLength: 3 })
  .map((entries) => new Map<Scalar, Value>(entries))
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const lines = fc.array(text, { maxLength: 3 })
const at = fc.record(
  { file: text, line: fc.nat(), column: fc.nat(), width: fc.nat() },
  { requiredKeys: ['file', 'line', 'column'] },
)
const artifact = (target: string): ArtifactRef => ({ target, kind: 'file' })
const place = { path: text, target: text, inRepo: flag, artifact: text.map(artifact), at }

const dep: fc.Arbitrary<Dep> = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), ...place }),
  fc.record({ kind: fc.constant('params' as const), ...place, savedPath: text, keys: lines }),
  fc.record({ kind: fc.constant('url' as const), path: text, target: text, artifact: text.map(artifact), at }),
  fc.record({ kind: fc.constant('db' as const), path: text, definition: map, at }),
)
const out: fc.Arbitrary<Out> = fc.record({
  ...place,
  scheme: fc.constantFrom('local' as const, 'url' as const),
  cache: flag,
  persist: flag,
  push: flag,
  remote: maybe(text),
  metric: flag,
  plot: flag,
  annotations: map,
})
const definition: fc.Arbitrary<Stage> = fc.record({
  id: text.map((id) => id as StageId),
  file: text,
  name: text,
  kind: fc.constantFrom('pipeline' as const, 'data' as const, 'import' as const),
  cmd: fc.oneof(maybe(text), lines),
  wdir: text,
  deps: fc.array(dep, { maxLength: 3 }),
  outs: fc.array(out, { maxLength: 3 }),
  frozen: flag,
  alwaysChanged: flag,
  desc: maybe(text),
  meta: maybe(map),
  family: maybe(text),
  at,
})
const stage = fc
  .tuple(definition, maybe(text))
  .map(([fields, md5]): Stage => (md5 === undefined ? fields : { ...fields, definitionMd5: md5 }))
const count = maybe(fc.oneof(fc.nat(), fc.constantFrom(-1, 2 ** 60, Infinity)))
const item: fc.Arbitrary<ItemRecord> = fc.record({
  path: text,
  hashName: fc.constantFrom<HashName>('md5', 'md5-dos2unix', 'etag', 'checksum'),
  hash: maybe(text),
  size: count,
  nfiles: count,
  isexec: flag,
  extra: map,
})
const items = fc.array(item, { maxLength: 3 })
const record: fc.Arbitrary<StageRecord> = fc.record({
  cmd: fc.oneof(maybe(scalar), fc.array(scalar)),
  deps: items,
  params: fc.array(fc.tuple(text, map), { maxLength: 2 }).map((files) => new Map(files)),
  outs: items,
  definitionMd5: maybe(text),
})

const around: Omit<Project, 'stages' | 'records'> = {
  root: '/p',
  config: {
    noScm: false,
    autostage: false,
    hardlinkLock: false,
    interactive: false,
    defaultRemote: undefined,
    cacheDir: '/p/.dvc/cache',
    cacheTypes: ['copy'],
    cacheShared: undefined,
    parsing: { bool: 'store_true', list: 'nargs' },
    remotes: new Map([['r', new Map([['url', '/r']])]]),
  },
  problems: [{ code: 'ODD', severity: 'warning', message: 'Odd' }],
}

test('a project comes out of its bytes as it went in', () => {
  fc.assert(
    fc.property(fc.array(stage), fc.array(fc.tuple(text, record)), (stages, records) => {
      const project: Project = {
        ...around,
        stages,
        records: new Map(records.map(([id, kept]) => [id as StageId, kept])),
      }
      expect(unpackProject(packProject(project))).toEqual(project)
    }),
  )
})

test('so does one of thousands of stages, which share what is equal', () => {
  const [model] = fc.sample(stage, 1)
  const stages = Array.from({ length: 3000 }, (_, n) => ({ ...model!, id: `dvc.yaml:s${n}` as StageId }))
  const project: Project = { ...around, stages, records: new Map() }
  expect(unpackProject(packProject(project))).toEqual(project)
})
