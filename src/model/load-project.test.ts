import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openTempFolder, type TempFolder } from '../../test/rig/temp-folder.ts'
import { loadProject } from './load-project.ts'
import type { Project } from './project.ts'
import type { Stage, StageId } from './stage.ts'

async function load(folder: TempFolder): Promise<Project> {
  const project = await loadProject({ root: folder.path, env: { HOME: folder.path } })
  if (!project.ok) throw new Error(JSON.stringify(project.problems))
  return project.value
}

async function loadFiles(files: Readonly<Record<string, string>>): Promise<Project> {
  using folder = openTempFolder({ '.dvc/config': '[core]\nno_scm = true\n', ...files })
  return await load(folder)
}

async function loadStage(entry: string, files: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const { stages, problems } = await loadFiles({ ...files, 'p/dvc.yaml': `stages: {s: {cmd: x, ${entry}}}` })
  if (problems.length > 0 || stages[0] === undefined) throw new Error(JSON.stringify(problems))
  return stages[0]
}

describe('a stage', () => {
  test('has outs, metrics and plots in that order, flags of one path together', async () => {
    const entry =
      'plots: [p.csv], metrics: [{m.json: {cache: false}}], outs: [o, {o: {persist: true}}, {o: {push: false}}, ./o/]'
    const { outs } = await loadStage(entry)
    expect(
      outs.map(({ path, cache, persist, push, metric, plot }) => [path, cache, persist, push, metric, plot]),
    ).toEqual([
      ['o', true, true, false, false, false],
      ['./o/', true, false, true, false, false],
      ['m.json', false, false, true, true, false],
      ['p.csv', true, false, true, false, true],
    ])
  })

  test('keeps paths as written and resolves them from its wdir', async () => {
    const { deps, outs, wdir } = await loadStage('wdir: w/, deps: [./a//b, ../c, ../../../d, /etc/x], outs: [o/]')
    expect(wdir.endsWith('/p/w')).toBe(true)
    const root = wdir.slice(0, -'/p/w'.length)
    expect(deps.map((dep) => dep.kind === 'file' && [dep.path, dep.target.replace(root, ''), dep.inRepo])).toEqual([
      ['./a//b', '/p/w/a/b', true],
      ['../c', '/p/c', true],
      ['../../../d', `${root.slice(0, root.lastIndexOf('/'))}/d`, false],
      ['/etc/x', '/etc/x', false],
    ])
    expect(outs.map(({ path, target }) => [path, target.replace(root, '')])).toEqual([['o/', '/p/w/o']])
  })

  test('has an absolute path inside the project made relative to its wdir', async () => {
    using folder = openTempFolder({ '.dvc/config': '[core]\nno_scm = true\n' })
    folder.write('dvc.yaml', `stages: {s: {cmd: x, wdir: w, deps: ['${folder.at('./a/../b')}', '${folder.path}']}}`)
    const { stages } = await load(folder)
    expect(stages[0]?.deps.map((dep) => [dep.path, dep.kind === 'file' && dep.inRepo])).toEqual([
      ['../b', true],
      [folder.path, false],
    ])
  })

  test('gathers params by file; a file that is tracked whole anywhere is tracked whole', async () => {
    const { deps } = await loadStage(
      'wdir: w, deps: [d], params: [a, {./q.json: [x]}, {params.yaml: [b, a]}, {r.yaml: [k]}, {r.yaml: }]',
    )
    expect(deps.map((dep) => dep.kind === 'params' && [dep.path, dep.savedPath, dep.keys])).toEqual([
      false,
      ['params.yaml', 'params.yaml', ['a', 'b', 'a']],
      ['./q.json', 'q.json', ['x']],
      ['r.yaml', 'r.yaml', []],
    ])
  })

  test('knows URLs, remotes and datasets', async () => {
    const config =
      '[core]\nno_scm = true\n[remote "store"]\nurl = /data/store\n[remote "deep"]\nurl = remote://store/deep\n[remote "s"]\nurl = s3://b/p\n'
    const entry = 'deps: [s3://b/k, remote://STORE/x, remote://deep/y, remote://s/z, ds://set, "a:b"]'
    const { deps } = await loadStage(entry, { '.dvc/config': config })
    expect(deps.map((dep) => [dep.kind, 'target' in dep ? dep.target.replace(/^\/.*\/p\//, 'p/') : dep.path])).toEqual([
      ['url', 's3://b/k'],
      ['file', '/data/store/x'],
      ['file', '/data/store/deep/y'],
      ['url', 's3://b/p/z'],
      ['dataset', 'ds://set'],
      ['file', 'p/a:b'],
    ])
  })
})

test.each([
  ['deps: [x.dvc]', 'DEP_IS_STAGE_FILE'],
  ['outs: [d/dvc.yaml]', 'OUT_IS_STAGE_FILE'],
  ['outs: [a.tmp]', 'OUT_IGNORED'],
  ['deps: ["foo://x/y"]', 'URL_UNSUPPORTED'],
  ['deps: ["remote://no/y"]', 'REMOTE_UNKNOWN'],
  ['deps: ["${n}"]', 'STAGE_FIELD_TYPE'],
  ['outs: ["${n}"]', 'STAGE_FIELD_TYPE'],
  ['wdir: "${n}"', 'STAGE_FIELD_TYPE'],
  ['params: ["${n}"]', 'STAGE_FIELD_TYPE'],
  ['params: [{f: 3}]', 'STAGE_FIELD_TYPE'],
  ['params: [{f: [1]}]', 'STAGE_FIELD_TYPE'],
])('a stage with %s is refused, the others stay', async (entry, code) => {
  const { stages, problems } = await loadFiles({
    'dvc.yaml': `stages:\n  bad: {cmd: x, ${entry}}\n  good: {cmd: x, deps: [a.tmp]}\n`,
    'params.yaml': 'n: 1',
    '.dvcignore': '*.tmp',
  })
  expect(problems.map((problem) => [problem.code, problem.stage, problem.at?.line])).toEqual([
    [code, 'dvc.yaml:bad', 2],
  ])
  expect(stages.map(({ name }) => name)).toEqual(['good'])
})

test.each(['[1]', '[{a: b}]', '"${d}"', '"${n}"'])('a command that would come out as %s is refused', async (cmd) => {
  const { problems } = await loadFiles({ 'dvc.yaml': `stages: {s: {cmd: ${cmd}}}`, 'params.yaml': 'n: 1\nd: {x: 1}' })
  expect(problems.map(({ code }) => code)).toEqual(['STAGE_FIELD_TYPE'])
})

describe('.dvc files', () => {
  test('of added data and of an import', async () => {
    const { stages, records } = await loadFiles({
      'a.dvc': 'outs:\n- md5: aab7e3691d8e56dbebe8c22e116a21f4\n  hash: md5\n  path: a\n',
      'sub/ex.txt.dvc':
        'md5: 657e6bfaf9e32d08763892cfed579cb7\nfrozen: true\ndeps:\n- md5: aab7e3691d8e56dbebe8c22e116a21f4\n  size: 4\n  hash: md5\n  path: /data/ex.txt\nouts:\n- md5: aab7e3691d8e56dbebe8c22e116a21f4\n  size: 4\n  hash: md5\n  path: ex.txt\n',
      'r.dvc': 'deps:\n- path: o\n  repo: {url: https://example.com/r.git}\nouts:\n- {path: o, cache: false}\n',
      'empty.dvc': '',
    })
    expect(
      stages.map(({ id, kind, frozen, deps, outs }) => [id, kind, frozen, deps.map((dep) => dep.kind), outs.length]),
    ).toEqual([
      ['a.dvc', 'data', false, [], 1],
      ['empty.dvc', 'data', false, [], 0],
      ['r.dvc', 'import', false, ['repo'], 1],
      ['sub/ex.txt.dvc', 'import', true, ['file'], 1],
    ])
    expect(stages[3]?.definitionMd5).toBe('657e6bfaf9e32d08763892cfed579cb7')
    expect(records.get('a.dvc' as StageId)?.outs[0]?.hash).toBe('aab7e3691d8e56dbebe8c22e116a21f4')
  })
})

describe('locks', () => {
  const lock = "schema: '2.0'\nstages:\n  s:\n    cmd: x\n"
  const id = 's/dvc.yaml:s' as StageId
  const pipeline = 'stages: {s: {cmd: x}}'

  test('are read beside their dvc.yaml', async () => {
    const { records } = await loadFiles({ 's/dvc.yaml': pipeline, 's/dvc.lock': lock })
    expect(records.get(id)?.cmd).toBe('x')
  })

  test('that .dvcignore hides are none', async () => {
    const { records, problems } = await loadFiles({
      's/dvc.yaml': pipeline,
      's/dvc.lock': lock,
      '.dvcignore': 'dvc.lock',
    })
    expect([records.size, problems]).toEqual([0, []])
  })

  test('that git ignores are a problem even before they are there', async () => {
    using folder = openTempFolder({ '.dvc/config': '', 's/dvc.yaml': pipeline, '.gitignore': '*.lock' })
    execFileSync('git', ['init', '-q', folder.path])
    const { stages, problems } = await load(folder)
    expect(problems.map(({ code, at }) => [code, at?.file])).toEqual([['LOCK_GIT_IGNORED', 's/dvc.lock']])
    expect(stages).toHaveLength(1)
  })

  test('with a fault leave the stages visible', async () => {
    const { stages, problems } = await loadFiles({ 's/dvc.yaml': pipeline, 's/dvc.lock': 'stages: [' })
    expect([stages.length, problems.length]).toEqual([1, 1])
  })
})

test('a broken file does not hide the others, and one shared by many is told once', async () => {
  using folder = openTempFolder({
    '.dvc/config': '[core]\nno_scm = true\n',
    'a/dvc.yaml': 'stages: [',
    'b/dvc.yaml': 'vars: [../v.yaml]\nstages: {s: {cmd: x}}',
    'c/dvc.yaml': 'vars: [../v.yaml]\nstages: {s: {cmd: x}}',
    'v.yaml': 'a: [',
    'd.dvc': Buffer.from([0xff]),
    'z/dvc.yaml': 'stages: {s: {cmd: x}}',
  })
  symlinkSync('nowhere', folder.at('e.dvc'))
  const { stages, problems } = await load(folder)
  expect(stages.map(({ id }) => id)).toEqual(['z/dvc.yaml:s'])
  expect(problems.map(({ code, at }) => [code, at?.file])).toEqual([
    ['FILE_NOT_UTF8', 'd.dvc'],
    ['STAGE_FILE_INVALID', 'e.dvc'],
    ['YAML_INVALID', 'a/dvc.yaml'],
    ['YAML_INVALID', 'v.yaml'],
  ])
})

test('params that are not UTF-8 are a problem of their file', async () => {
  using folder = openTempFolder({ '.dvc/config': '[core]\nno_scm = true\n', 'dvc.yaml': 'stages: {s: {cmd: x}}' })
  folder.write('params.yaml', Buffer.from('a: caf\u00e9', 'latin1'))
  const { stages, problems } = await load(folder)
  expect([stages.length, problems.map(({ code, at }) => [code, at?.file])]).toEqual([
    0,
    [['PARAMS_UNREADABLE', 'params.yaml']],
  ])
})

test('settings that cannot be used leave nothing to say', async () => {
  using folder = openTempFolder({ '.dvc/config': '[core\n' })
  expect((await loadProject({ root: folder.path, env: { HOME: folder.path } })).ok).toBe(false)
})
