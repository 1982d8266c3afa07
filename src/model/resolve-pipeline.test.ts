import { describe, expect, test } from 'vitest'
import { openTempFolder } from '../../test/rig/temp-folder.ts'
import type { Value } from '../base/value.ts'
import { openDocumentReader } from '../project/document-reader.ts'
import { readYaml } from '../project/yaml/read-yaml.ts'
import { resolvePipeline, type ResolvedPipeline, type ResolveOptions } from './resolve-pipeline.ts'
import { defaultFlagStyle } from './templating/unpack-flags.ts'

function resolve(
  files: Readonly<Record<string, string>>,
  options: Partial<ResolveOptions> = {},
  file = 'dvc.yaml',
): ResolvedPipeline {
  using folder = openTempFolder(files)
  const document = readYaml(files[file] ?? '', file)
  if (!document.ok) throw new Error(JSON.stringify(document.problems))
  const reader = openDocumentReader(folder.path)
  return resolvePipeline({
    document: document.value,
    file,
    root: folder.path,
    reader,
    style: defaultFlagStyle,
    ...options,
  })
}

function commands({ stages }: ResolvedPipeline): Readonly<Record<string, Value>> {
  return Object.fromEntries(stages.map(({ name, fields }) => [name, fields.get('cmd') ?? null]))
}

function told({ problems }: ResolvedPipeline): readonly string[] {
  return problems.map(({ code, at, stage }) => `${at?.file}:${at?.line}:${at?.column} ${code} ${stage ?? '-'}`)
}

const params = 'a: 1\nmodels: {us: {t: 10, n: A}, gb: {t: 15, n: B}}\nflags: [true, 2]\n'

describe('expressions', () => {
  test('a value keeps its type where it stands alone, keys are filled in too', () => {
    const yaml = 'stages: {s: {cmd: "x ${a}", meta: {"k${a}": "${a}"}, outs: [{"o${a}": {cache: false}}]}}'
    const { stages } = resolve({ 'dvc.yaml': yaml, 'params.yaml': params })
    expect(stages[0]?.fields.get('meta')).toEqual(new Map([['k1', 1n]]))
    expect(stages[0]?.fields.get('outs')).toEqual([new Map([['o1', new Map([['cache', false]])]])])
  })

  test('backslashes are taken off the finished text', () => {
    const yaml = 'vars: [{c: \'\\${q}\'}]\nstages: {a: {cmd: "${c}"}, b: {cmd: "x ${c} \\\\${d}"}}'
    expect(commands(resolve({ 'dvc.yaml': yaml }))).toEqual({ a: '\\${q}', b: 'x ${q} ${d}' })
  })

  test('a name is nobody’s: the place is that of the expression, a near name is offered', () => {
    const result = resolve({ 'dvc.yaml': "stages:\n  s:\n    cmd: 'x ${modles.us}'\n", 'params.yaml': params })
    expect(told(result)).toEqual(['dvc.yaml:3:13 TEMPLATE_UNKNOWN_NAME dvc.yaml:s'])
    expect(result.problems[0]?.hint).toContain('`models`')
  })

  test('every fault of a stage is told, and the other stages resolve', () => {
    const yaml = 'stages:\n  bad:\n    cmd: x ${no}\n    deps: ["${a..b}", "${flags}"]\n  good: {cmd: x}\n'
    const result = resolve({ 'dvc.yaml': yaml, 'params.yaml': params })
    expect(told(result)).toEqual([
      'dvc.yaml:3:12 TEMPLATE_UNKNOWN_NAME dvc.yaml:bad',
      'dvc.yaml:4:13 TEMPLATE_SYNTAX dvc.yaml:bad',
      'dvc.yaml:4:24 TEMPLATE_TYPE dvc.yaml:bad',
    ])
    expect(commands(result)).toEqual({ good: 'x' })
  })
})

describe('vars', () => {
  test('params.yaml stands beside the dvc.yaml; the vars of a stage are read in its wdir', () => {
    const files = {
      'p/dvc.yaml': 'stages: {s: {cmd: "x ${a} ${b}", wdir: "w${a}", vars: [v.yaml]}}',
      'p/params.yaml': 'a: 1',
      'p/w1/v.yaml': 'b: 2',
      'params.yaml': 'a: 9',
    }
    expect(commands(resolve(files, {}, 'p/dvc.yaml'))).toEqual({ s: 'x 1 2' })
  })

  test.each([
    ['[nope.yaml]', 'VARS_FILE_MISSING'],
    ['[folder]', 'VARS_FILE_INVALID'],
    ['[list.yaml]', 'VARS_FILE_INVALID'],
    ['["v.yaml:z"]', 'VARS_KEY_MISSING'],
    ['["v.yaml:x", v.yaml]', 'VARS_ALREADY_LOADED'],
    ['[v.yaml, "v.yaml:x"]', 'VARS_ALREADY_LOADED'],
    ['["v.yaml:x", "v.yaml:x"]', 'VARS_ALREADY_LOADED'],
    ['["params.yaml:a"]', 'VARS_ALREADY_LOADED'],
    ['[{a: 1}]', 'VARS_REDEFINED'],
    ['[{z: "${a}"}]', 'VARS_INTERPOLATED'],
    ['[{z: 2020-01-01}]', 'VARS_TYPE_UNSUPPORTED'],
    ['[broken.yaml]', 'YAML_INVALID'],
  ])('with vars %s no stage resolves: %s', (vars, code) => {
    const result = resolve({
      'dvc.yaml': `vars: ${vars}\nstages: {s: {cmd: x}}`,
      'params.yaml': params,
      'v.yaml': 'x: 1\ny: 2',
      'list.yaml': '[1]',
      'broken.yaml': 'a: [',
      'folder/': '',
    })
    expect(result.problems.map((problem) => problem.code)).toEqual([code])
    expect(result.stages).toEqual([])
  })

  test.each([
    '[params.yaml]',
    '["v.yaml:x", "v.yaml:y"]',
    '[v.yaml, ./v.yaml]',
    '["v.yaml:"]',
    '[{m: {p: 1}}, {m: {q: 2}}]',
  ])('vars %s are fine', (vars) => {
    const yaml = `vars: ${vars}\nstages: {s: {cmd: x}}`
    expect(resolve({ 'dvc.yaml': yaml, 'params.yaml': params, 'v.yaml': 'x: 1\ny: 2' }).problems).toEqual([])
  })

  test('a stage whose own vars have a fault is left out, with one problem', () => {
    const yaml = 'stages:\n  s: {cmd: "x ${b}", vars: [{a: 2}]}\n  t: {cmd: x}\n'
    const result = resolve({ 'dvc.yaml': yaml, 'params.yaml': params })
    expect(told(result)).toEqual(['dvc.yaml:2:29 VARS_REDEFINED dvc.yaml:s'])
    expect(result.problems[0]?.message).toBe(
      "Cannot redefine 'a' from 's.vars[0]' as it already exists in 'params.yaml'",
    )
    expect(commands(result)).toEqual({ t: 'x' })
  })
})

describe('foreach', () => {
  test.each([
    ['[a, b, a]', { 's@a': 'x a', 's@b': 'x b' }],
    [
      "[1, 1.0, true, null, 'é f']",
      { 's@1': 'x 1', 's@1.0': 'x 1.0', 's@true': 'x true', 's@None': 'x None', 's@é f': 'x é f' },
    ],
    ['[1, {p: 2}]', { 's@0': 'x 1', 's@1': 'x --p 2' }],
    ['{2: p, true: q}', { 's@2': 'x p', 's@true': 'x q' }],
    ['"${flags}"', { 's@True': 'x true', 's@2': 'x 2' }],
    ['["${a}", true]', { 's@1': 'x 1', 's@true': 'x true' }],
    ['"${models.us}"', { 's@t': 'x 10', 's@n': 'x A' }],
    ['[]', {}],
  ])('over %s', (data, expected) => {
    const yaml = `stages: {s: {foreach: ${data}, do: {cmd: "x \${item}"}}}`
    expect(commands(resolve({ 'dvc.yaml': yaml, 'params.yaml': params }))).toEqual(expected)
  })

  test('key is there for maps only, and covers a global value with a warning', () => {
    const yaml =
      'vars: [{key: global}]\nstages: {s: {foreach: "${models}", do: {cmd: "x ${key}"}}, t: {foreach: [1], do: {cmd: "${key}"}}}'
    const result = resolve({ 'dvc.yaml': yaml, 'params.yaml': params })
    expect(commands(result)).toEqual({ 's@us': 'x us', 's@gb': 'x gb', 't@1': 'global' })
    expect(result.problems.map(({ code, severity }) => [code, severity])).toEqual([['VARS_COVERED', 'warning']])
  })

  test('a fault that instances share is told once, one of a single instance by its name', () => {
    const yaml =
      'stages:\n  s:\n    foreach: "${models}"\n    do:\n      cmd: x ${item.t} ${no}\n      desc: y ${item.${key}}\n'
    const result = resolve({ 'dvc.yaml': yaml, 'params.yaml': `${params}one: 1` })
    expect(told(result).filter((line) => line.includes(':5:'))).toEqual([
      'dvc.yaml:5:24 TEMPLATE_UNKNOWN_NAME dvc.yaml:s',
    ])
    expect(result.problems[0]?.message).toContain('in 2 stages: `s@us`, `s@gb`')
  })

  test.each(['"${a}"', 'x'])('data %s is no list', (data) => {
    const yaml = `stages: {s: {foreach: ${data}, do: {cmd: x}}, t: {cmd: x}}`
    const result = resolve({ 'dvc.yaml': yaml, 'params.yaml': params })
    expect(result.problems.map(({ code, stage }) => [code, stage])).toEqual([['FOREACH_DATA', 'dvc.yaml:s']])
    expect(commands(result)).toEqual({ t: 'x' })
  })
})

describe('matrix', () => {
  test.each([
    ['{p: [1, 2], q: [a]}', ['1-a', '2-a']],
    ['{p: [cnn, {d: 3}], q: [1, true]}', ['cnn-1', 'cnn-true', 'p1-1', 'p1-true']],
    ['{p: [a-b, a], q: [c, b-c]}', ['a-b-c', 'a-b-b-c', 'a-c']],
    ['{p: xyz}', ['x', 'y', 'z']],
    ['{p: "${models}"}', ['us', 'gb']],
    ['{p: "${flags}", q: [true]}', ['True-true', '2-true']],
    ['{p: [], q: [1]}', []],
  ])('%s has the instances %j', (data, keys) => {
    const yaml = `stages: {s: {matrix: ${data}, cmd: "x \${key}"}}`
    const expected = Object.fromEntries(keys.map((key) => [`s@${key}`, `x ${key}`]))
    expect(commands(resolve({ 'dvc.yaml': yaml, 'params.yaml': params }))).toEqual(expected)
  })

  test.each(['{}', '{p: "${a}"}'])('%s is refused', (data) => {
    const yaml = `stages: {s: {matrix: ${data}, cmd: x}}`
    expect(resolve({ 'dvc.yaml': yaml, 'params.yaml': params }).problems.map(({ code }) => code)).toEqual([
      'MATRIX_DATA',
    ])
  })
})

describe('names', () => {
  test.each([
    ['"": {cmd: x}', 'dvc.yaml'],
    ['a@b: {cmd: x}', 'dvc.yaml:a@b'],
    ["s: {foreach: ['', p], do: {cmd: x}}", 'dvc.yaml:s@'],
    ["s: {foreach: ['a@b', p], do: {cmd: x}}", 'dvc.yaml:s@a@b'],
  ])('%s is refused, the others stay', (entry, stage) => {
    const result = resolve({ 'dvc.yaml': `stages:\n  ${entry}\n  good: {cmd: x}\n` })
    expect(result.problems.map((problem) => [problem.code, problem.stage])).toEqual([['STAGE_NAME_INVALID', stage]])
    expect(result.stages.map(({ name }) => name)).toContain('good')
  })
})

describe('limits', () => {
  test('a file with too many stages is told, and a matrix is not even spelled out', () => {
    const axis = `[${Array.from({ length: 2000 }, (_, i) => i).join(', ')}]`
    const yaml = `stages: {a: {cmd: x}, s: {matrix: {p: ${axis}, q: ${axis}, r: ${axis}}, cmd: x}}`
    const result = resolve({ 'dvc.yaml': yaml })
    expect(result.problems.map(({ code }) => code)).toEqual(['TEMPLATE_TOO_MANY_STAGES'])
    expect(commands(result)).toEqual({ a: 'x' })
  })

  test('text that grows beyond all measure is told once', () => {
    const yaml = `stages: {s: {foreach: {${Array.from({ length: 100 }, (_, i) => `k${i}: 1`).join(', ')}}, do: {cmd: "${'${big}'.repeat(7)} x"}}}`
    const result = resolve({ 'dvc.yaml': yaml, 'params.yaml': `big: ${'x'.repeat(100_000)}` })
    expect(result.problems.map(({ code }) => code)).toEqual(['TEMPLATE_TOO_LARGE'])
  })
})

test.each([
  ['metrics: ["${no}"]', 'dvc.yaml:1:12'],
  ['artifacts: {"${no}": {path: x}}', 'dvc.yaml:1:14'],
  ['datasets: [{name: "${no}", type: url, url: x}]', 'dvc.yaml:1:20'],
])('a fault in %s is told, stages resolve', (section, place) => {
  const result = resolve({ 'dvc.yaml': `${section}\nstages: {s: {cmd: x}}` })
  expect(told(result)).toEqual([`${place} TEMPLATE_UNKNOWN_NAME -`])
  expect(commands(result)).toEqual({ s: 'x' })
})
