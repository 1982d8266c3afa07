import { expect, test } from 'vitest'
import { readYaml } from '../yaml/read-yaml.ts'
import { checkPipeline, type PipelineSections } from './check-pipeline.ts'

function check(text: string): { readonly told: readonly string[]; readonly sections: PipelineSections } {
  const document = readYaml(text, 'dvc.yaml')
  if (!document.ok) throw new Error(JSON.stringify(document.problems))
  const { problems, sections } = checkPipeline(document.value, 'dvc.yaml')
  return {
    told: problems.map(({ at, stage, message }) => `${at?.line}:${at?.column} ${stage ?? '-'} ${message}`),
    sections,
  }
}

test.each([
  '',
  '# nothing',
  'stages: {}',
  'stages: {s: {cmd: ""}}',
  'stages: {s: {cmd: [1, {a: b}]}}',
  'stages: {s: {cmd: x, meta: , frozen: true, always_changed: false, desc: d, wdir: w, vars: [v.yaml, {a: 1}]}}',
  'stages: {s: {cmd: x, outs: [o, {p: {cache: false, persist: true, checkpoint: true, remote: r, push: false}, q: {}}]}}',
  'stages: {s: {cmd: x, plots: [{p: {x: a, y: b, header: true, template: t, labels: [l], meta: 1}}]}}',
  'stages: {s: {cmd: x, params: [a, {f: , g: [1]}], matrix: {p: [1], q: "${r}"}}}',
  'stages: {s: {foreach: {a: 1}, do: {cmd: x, matrix: {a: [1]}}}}',
  'vars: [a, {b: 1}]\nparams: [p]\nmetrics: [m]\nplots: [p, {q: }, {r: {x: {f: a}, y: {f: [a, b]}}}]\ndatasets: []',
  'artifacts: {a: {path: p, type: model, labels: [l], meta: {x: 1}, desc: d}}',
])('%s is sound', (text) => {
  expect(check(text).told).toEqual([])
})

test.each([
  ['- a', '1:1 - `dvc.yaml` is not valid: expected a map, found a list'],
  ['x-foo: 1', '1:1 - `dvc.yaml` is not valid in `x-foo`: key `x-foo` is not known here'],
  ['stages:', '1:1 - `dvc.yaml` is not valid in `stages`: expected a map, found nothing'],
  [
    'stages:\n  1: {cmd: x}',
    '2:3 dvc.yaml:1 `dvc.yaml` is not valid in `stages.1`: expected text as the name of a stage',
  ],
  ['stages:\n  s:\n    deps: [a]', '2:3 dvc.yaml:s `dvc.yaml` is not valid in `stages.s`: expected the key `cmd`'],
  [
    'stages:\n  s:\n    cmd: x\n    frozen: 1',
    '4:13 dvc.yaml:s `dvc.yaml` is not valid in `stages.s.frozen`: expected true or false, found a whole number `1`',
  ],
  [
    'stages:\n  s:\n    cmd: x\n    outs:\n    - o:',
    '5:7 dvc.yaml:s `dvc.yaml` is not valid in `stages.s.outs.0.o`: expected a map, found nothing',
  ],
  [
    'stages:\n  s:\n    cmd: x\n    outs: [{o: {cash: true}}]',
    '4:17 dvc.yaml:s `dvc.yaml` is not valid in `stages.s.outs.0.o.cash`: key `cash` is not known here',
  ],
  [
    'stages:\n  s:\n    foreach: [1]\n    do: {cmd: x}\n    desc: d',
    '5:5 dvc.yaml:s `dvc.yaml` is not valid in `stages.s.desc`: key `desc` is not known here',
  ],
  [
    'stages:\n  s:\n    cmd: x\n    live: l',
    '4:5 dvc.yaml:s `dvc.yaml` is not valid in `stages.s.live`: key `live` is not known here',
  ],
  ['vars: [1]', '1:8 - `dvc.yaml` is not valid in `vars.0`: expected text or a map, found a whole number `1`'],
  ['artifacts: {a: {type: t}}', '1:13 - `dvc.yaml` is not valid in `artifacts.a`: expected the key `path`'],
])('%j is refused', (text, told) => {
  expect(check(text).told).toEqual([told])
})

test('a stage with a fault does not hide the others, and all faults are told', () => {
  const { told, sections } = check('stages:\n  bad: {cmd: 1, deps: x}\n  good: {cmd: x}\n  worse:\n  fine: {cmd: y}')
  expect(told).toHaveLength(3)
  expect([...sections.stages.keys()]).toEqual(['good', 'fine'])
})

test('vars that cannot be used are not taken for none', () => {
  expect([check('vars: 1').sections.vars, check('stages: {}').sections.vars]).toEqual([undefined, []])
})

test('a near name is offered for an unknown key', () => {
  const document = readYaml('stages: {s: {cmd: x, dep: [a]}}', 'dvc.yaml')
  if (!document.ok) throw new Error('unexpected')
  expect(checkPipeline(document.value, 'dvc.yaml').problems[0]?.hint).toBe('Is `deps` meant?')
})
