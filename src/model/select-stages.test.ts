import { describe, expect, test } from 'vitest'
import { makeStage } from '../../test/rig/make-stage.ts'
import type { Problem } from '../base/problem.ts'
import type { DvcConfig } from '../project/dvc-config.ts'
import type { Project } from './project.ts'
import { type DataRequest, selectData } from './select-data.ts'
import { type PathKind, selectStages, type TargetRequest } from './select-stages.ts'

const broken: Problem = {
  code: 'VAR_UNKNOWN',
  severity: 'error',
  message: 'No variable',
  stage: 'broken',
  at: { file: 'dvc.yaml', line: 9, column: 1 },
}

const project: Project = {
  root: '/p',
  config: {} as DvcConfig,
  stages: [
    makeStage({ name: 'prepare', deps: ['raw'], outs: ['clean'] }),
    makeStage({ name: 'train@a', deps: ['clean'], outs: ['models/a'] }),
    makeStage({ name: 'train@b', deps: ['clean'], outs: ['models/b'] }),
    makeStage({ name: 'models', outs: ['x'] }),
    makeStage({ file: 'raw.dvc', outs: ['raw'] }),
    makeStage({ file: 'sub/dvc.yaml', name: 'prepare', deps: ['../clean'], outs: ['s'] }),
    makeStage({ file: 'sub/dvc.yaml', name: 'report', deps: ['s'], outs: ['report'] }),
    makeStage({ file: 'sub/deep/a@b.dvc', outs: ['d'] }),
  ],
  records: new Map(),
  problems: [broken, { ...broken, stage: 'bad/dvc.yaml:s', at: { file: 'bad/dvc.yaml', line: 1, column: 1 } }],
}

const files = new Set([
  '/p/dvc.yaml',
  '/p/sub/dvc.yaml',
  '/p/bad/dvc.yaml',
  '/p/hidden/dvc.yaml',
  '/p/notes.yaml',
  '/p/raw.dvc',
])
const folders = new Set(['/p', '/p/sub', '/p/sub/deep', '/p/bad', '/p/hidden', '/p/empty', '/p/clean', '/p/models'])
const kindOf: PathKind = (path) => (files.has(path) ? 'file' : folders.has(path) ? 'directory' : 'missing')

function select(targets: readonly string[], request: Partial<TargetRequest> = {}): readonly string[] {
  const result = selectStages(project, { targets, cwd: '/p', recursive: false, glob: false, ...request }, kindOf)
  return result.ok ? result.value.map((stage) => stage.id) : result.problems.map(({ code, hint }) => `${code}: ${hint}`)
}

describe('a target of a run names', () => {
  test.each<[string, readonly string[], Partial<TargetRequest>, readonly string[]]>([
    ['a stage', ['prepare'], {}, ['dvc.yaml:prepare']],
    ['one member of a family', ['train@b'], {}, ['dvc.yaml:train@b']],
    ['a whole family', ['train'], {}, ['dvc.yaml:train@a', 'dvc.yaml:train@b']],
    ['a stage of another file', ['sub/dvc.yaml:report'], {}, ['sub/dvc.yaml:report']],
    ['a file', ['sub/dvc.yaml'], {}, ['sub/dvc.yaml:prepare', 'sub/dvc.yaml:report']],
    ['a .dvc file', ['raw.dvc'], {}, ['raw.dvc']],
    ['a .dvc file with an @', ['sub/deep/a@b.dvc'], {}, ['sub/deep/a@b.dvc']],
    ['a .dvc file with a name, which means nothing', ['raw.dvc:x'], {}, ['raw.dvc']],
    ['a file seen from another folder', ['../dvc.yaml:models'], { cwd: '/p/sub' }, ['dvc.yaml:models']],
    ['a stage of the folder one is in', ['prepare'], { cwd: '/p/sub' }, ['sub/dvc.yaml:prepare']],
    [
      'with -R, what is declared inside a folder',
      ['sub'],
      { recursive: true },
      ['sub/dvc.yaml:prepare', 'sub/dvc.yaml:report', 'sub/deep/a@b.dvc'],
    ],
    ['with -R, still a stage', ['prepare'], { recursive: true }, ['dvc.yaml:prepare']],
    ['with --glob, names that match', ['train@*'], { glob: true }, ['dvc.yaml:train@a', 'dvc.yaml:train@b']],
    [
      'with --glob, names of one file that match',
      ['sub/dvc.yaml:[pr]*'],
      { glob: true },
      ['sub/dvc.yaml:prepare', 'sub/dvc.yaml:report'],
    ],
    ['with --glob, a family', ['train'], { glob: true }, ['dvc.yaml:train@a', 'dvc.yaml:train@b']],
  ])('%s', (_, targets, request, expected) => {
    expect(select(targets, request)).toEqual(expected)
  })

  test('stages in the order given, each once', () => {
    expect(select(['train@b', 'train', 'prepare', 'train@b'])).toEqual([
      'dvc.yaml:train@b',
      'dvc.yaml:train@a',
      'dvc.yaml:prepare',
    ])
  })

  test('nothing: then it is the dvc.yaml of the folder', () => {
    expect(select([])).toEqual(['dvc.yaml:prepare', 'dvc.yaml:train@a', 'dvc.yaml:train@b', 'dvc.yaml:models'])
    expect(select([], { cwd: '/p/sub' })).toEqual(['sub/dvc.yaml:prepare', 'sub/dvc.yaml:report'])
  })
})

describe('a target that cannot be found says what to try', () => {
  test.each<[string, readonly string[], Partial<TargetRequest>, string]>([
    ['a slip of the pen', ['prepaer'], {}, 'STAGE_NOT_FOUND: Did you mean `prepare`?'],
    ['a stage of another file', ['report'], {}, 'STAGE_NOT_FOUND: Did you mean `sub/dvc.yaml:report`?'],
    ['an output', ['models/a'], {}, 'STAGE_NOT_FOUND: It is an output: name the stage that makes it, `train@a`'],
    ['nothing like it', ['zzzzzz'], {}, 'STAGE_NOT_FOUND: `restage stages` lists the stages that there are'],
    ['a folder', ['sub'], {}, 'TARGET_IS_DIRECTORY: With `-R` all stages of the files inside it are taken'],
    ['a file that is not there', ['sbu/dvc.yaml'], {}, 'TARGET_FILE_MISSING: Did you mean `sub/dvc.yaml`?'],
    [
      'a file that holds no stages by its name',
      ['notes.yaml:s'],
      {},
      'TARGET_FILE_NAME: A file named as a target must be a `dvc.yaml` or end in `.dvc`',
    ],
    ['a lock file', ['sub/dvc.lock'], {}, 'TARGET_FILE_NAME: Did you mean `sub/dvc.yaml`?'],
    ['a file outside the project', ['hidden/dvc.yaml'], {}, 'TARGET_WITHOUT_STAGES: It has no `stages`'],
    ['a folder without stages', ['empty'], { recursive: true }, 'TARGET_WITHOUT_STAGES: It must hold'],
    ['a pattern that matches nothing', ['trian*'], { glob: true }, 'TARGET_MATCHES_NOTHING: '],
    ['no pattern', [], { glob: true }, 'TARGET_MATCHES_NOTHING: Give one as target'],
    ['no pipeline here', [], { cwd: '/p/empty' }, 'NO_PIPELINE_HERE: Name a stage or file, such as `../dvc.yaml`'],
  ])('%s', (_, targets, request, expected) => {
    const problems = select(targets, request)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(expected)
  })

  test('all of them at once', () => {
    expect(select(['nope', 'prepare', 'sub']).map((text) => text.split(':')[0])).toEqual([
      'STAGE_NOT_FOUND',
      'TARGET_IS_DIRECTORY',
    ])
  })

  test.each([['broken'], ['bad/dvc.yaml'], ['bad/dvc.yaml:s']])('%s: why it did not resolve', (target) => {
    const result = selectStages(project, { targets: [target], cwd: '/p', recursive: false, glob: false }, kindOf)
    expect(result).toMatchObject({ ok: false, problems: [{ code: 'VAR_UNKNOWN' }] })
  })
})

describe('a target of status, checkout and commit', () => {
  function data(targets: readonly string[], request: Partial<DataRequest> = {}): readonly string[] {
    const result = selectData(project, { targets, cwd: '/p', recursive: false, withDeps: false, ...request }, kindOf)
    if (!result.ok) return result.problems.map(({ code }) => code)
    return result.value.map(({ stage, inside }) => stage.id + (inside === undefined ? '' : ` ${inside}`))
  }

  test.each<[string, readonly string[], Partial<DataRequest>, readonly string[]]>([
    ['may be an output', ['models/a'], {}, ['dvc.yaml:train@a /p/models/a']],
    ['may be a path inside an output', ['clean/part'], {}, ['dvc.yaml:prepare /p/clean/part']],
    ['may be an output of a .dvc file', ['raw'], {}, ['raw.dvc /p/raw']],
    ['is a stage before it is an output', ['models'], {}, ['dvc.yaml:models']],
    ['may be an output seen from another folder', ['../clean'], { cwd: '/p/sub' }, ['dvc.yaml:prepare /p/clean']],
    [
      'brings along what is upstream',
      ['train@a'],
      { withDeps: true },
      ['dvc.yaml:prepare', 'dvc.yaml:train@a', 'raw.dvc'],
    ],
    ['with -R, is a folder of files', ['sub/deep'], { recursive: true }, ['sub/deep/a@b.dvc']],
    ['is none of these', ['nowhere'], {}, ['TARGET_NOT_FOUND']],
    ['that names a file does not fall back to outputs', ['sub/x.dvc'], {}, ['TARGET_FILE_MISSING']],
    ['that names a whole stage covers its outputs', ['clean', 'prepare', 'clean'], {}, ['dvc.yaml:prepare']],
  ])('%s', (_, targets, request, expected) => {
    expect(data(targets, request)).toEqual(expected)
  })

  test('is everything if there is none', () => {
    expect(data([])).toHaveLength(project.stages.length)
  })
})
