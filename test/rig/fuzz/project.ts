import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { stage } from './stages.ts'
import { paramsFile, value } from './values.ts'
import { list, map, type Node, raw, text, yamlText } from './yaml-text.ts'

/** Files of a random project by path. */
export type ProjectFiles = Readonly<Record<string, string>>

/** What stands beside every pipeline. */
const constantFiles: ProjectFiles = {
  'in.txt': 'one\ntwo\n',
  'data/x': 'x\n',
  'data/y': 'y\r\n',
  '.dvc/config': '[core]\n    no_scm = true\n',
}

const sideFiles: fc.Arbitrary<ProjectFiles> = fc.record(
  {
    'other.json': fc.constantFrom(
      ...Array<string>(8).fill('{"q": 1, "z": [1, 2.0, null], "deep": {"k": "v"}}'),

      '{"q": 1, "z": [1, 2.0, null], "deep": {"k": "v"}}',
      '{"q": 1.50, "a": 3}',
      '[1]',
      '{',
      '',
    ),
    'conf.toml': fc.constantFrom('q = 1\nz = [1, 2]\n[deep]\nk = "v"\n', 'q = 2020-01-01\n', 'q = \n'),
    'conf.py': fc.constantFrom('q = 1\nz = (1, 2)\nclass deep:\n  k = "v"\n', 'q: int = 5\n', 'q = ('),
    '.dvcignore': fc.constantFrom('*.log\n', 'data/y\n', '*.log\n!ignored.log\n', 'sub\n', 'o1\n', 'data\n!data/x\n'),
    'ignored.log': fc.constant('log\n'),
  },
  { requiredKeys: ['other.json'], noNullPrototype: true },
) as fc.Arbitrary<ProjectFiles>

const sections: Readonly<Record<string, fc.Arbitrary<Node>>> = {
  vars: fc.constantFrom<Node>(
    list([map([['v', raw('1')]])]),
    list([text('params.yaml')]),
    list([map([['b', map([['e', raw('1')]])]])]),
    list([text('other.json:q,z')]),
  ),
  metrics: fc.constantFrom<Node>(list([text('m.json')]), list([text('${s}.json')])),
  plots: fc.constantFrom<Node>(
    list([text('p.csv')]),
    list([
      map([
        [
          'p',
          map([
            ['x', text('k')],
            ['y', text('v')],
          ]),
        ],
      ]),
    ]),
  ),
  params: fc.constantFrom<Node>(list([text('params.yaml')]), list([text('${list}')])),
  artifacts: fc.constant<Node>(
    map([
      [
        'm',
        map([
          ['path', text('o0')],
          ['type', text('model')],
        ]),
      ],
    ]),
  ),
  'odd vars': fc.constantFrom<Node>(
    list([text('params.yaml:a')]),
    list([map([['a', raw('1')]])]),
    list([text('gone.yaml')]),
    list([raw('1')]),
    raw(''),
  ),
  'odd metrics': fc.constantFrom<Node>(list([text('${nope}')]), raw('')),
  'odd plots': fc.constantFrom<Node>(map([]), list([map([['p', raw('1')]])])),
  'odd artifacts': fc.constantFrom<Node>(map([['m', map([])]]), list([])),
  'odd x-other': value,
}

const pipeline: fc.Arbitrary<Node> = fc
  .tuple(
    fc.tuple(
      stage(0),
      fc.option(stage(1), { freq: 4 }),
      fc.option(stage(2), { freq: 2 }),
      fc.option(stage(3), { freq: 1 }),
    ),
    fc.record(sections, { requiredKeys: [], noNullPrototype: true }),
    fc.nat(19),
  )
  .map(([stages, drawnSections, luck]) => {
    // Most files have stages alone.
    const all = Object.entries(drawnSections) as [string, Node][]
    const kept = luck < 12 ? [] : luck < 19 ? all.filter(([name]) => !name.startsWith('odd ')) : all
    const drawn = stages.filter((entry) => entry !== null)
    return map([
      ...kept.map(([name, node]): [string, Node] => [name.replace('odd ', ''), node]),
      ['stages', map(drawn.map(([name, body]) => [name, body]))],
    ])
  })

// What editors, merges and other systems do to a file.
const spoil: fc.Arbitrary<(content: string) => string> = fc.oneof(
  { weight: 60, arbitrary: fc.constant((content: string) => content) },
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      (content: string) => `\ufeff${content}`,
      (content: string) => content.replaceAll('\n', '\r\n'),
      (content: string) => `---\n${content}`,
      (content: string) => `# a comment\n\n${content}# the end\n`,
      (content: string) => `${content}...\n`,
      (content: string) => content.trimEnd(),
      (content: string) => content.replace('\n', ' # why\n'),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.nat(300).map((at) => (content: string) => content.slice(0, at)),
      fc.tuple(fc.nat(300), fc.constantFrom('\t', ':', '-', '"', "'", '#', '{', ']', '&x ', '*x', '\x07', '\n')).map(
        ([at, char]) =>
          (content: string) =>
            content.slice(0, at) + char + content.slice(at),
      ),
      fc.constant((content: string) => `${content}<<<<<<< mine\n`),
      fc.constant((content: string) => `${content}---\n${content}`),
    ),
  },
)

function md5(content: string): string {
  return createHash('md5').update(content).digest('hex')
}

// Entries as DVC, people and older versions write them; some say the truth.
const lockFile: fc.Arbitrary<Node> = fc
  .tuple(
    fc.array(
      fc.record({
        name: fc.constantFrom('s0', 's1', 's2', 'gone', 's0@p', 's1@1'),
        cmd: fc.oneof(fc.constantFrom<Node>(text('echo word > o0'), list([text('x')])), value),
        isTrue: fc.boolean(),
        isLegacy: fc.boolean(),
        params: fc.option(value, { freq: 2 }),
        outs: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    fc.constantFrom("'2.0'", "'2.0'", "'2.0'", "'2.0'", '"2.0"', '2.0', "'1.0'"),
    fc.nat(9),
  )
  .map(([entries, schema, luck]) => {
    const stages = map([...new Map(entries.map((entry) => [entry.name, lockEntry(entry)]))])
    if (luck === 0) return map([['stages', stages]])
    if (luck === 1) return map([['schema', raw(schema)]])
    if (luck === 2)
      return map([
        ['schema', raw(schema)],
        ['stages', stages],
        ['nobody', raw('1')],
      ])
    return map([
      ['schema', raw(schema)],
      ['stages', stages],
    ])
  })

function lockEntry(entry: {
  readonly cmd: Node
  readonly isTrue: boolean
  readonly isLegacy: boolean
  readonly params: Node | null
  readonly outs: boolean
}): Node {
  const item = (path: string, content: string): Node =>
    map([
      ['path', text(path)],
      ...(entry.isLegacy ? [] : ([['hash', text('md5')]] as const)),
      ['md5', { kind: 'string', value: md5(entry.isTrue ? content : `not ${content}`), style: 'single' }],
      ['size', raw(String(content.length))],
    ])
  return map([
    ['cmd', entry.cmd],
    ['deps', list([item('in.txt', 'one\ntwo\n')])],
    ...(entry.params === null ? [] : ([['params', map([['params.yaml', map([['a', entry.params]])]])]] as const)),
    ...(entry.outs ? ([['outs', list([item('o0', 'word\n')])]] as const) : []),
  ])
}

const subPipeline = fc
  .tuple(stage(4), fc.constantFrom('sub/dvc.yaml', 'data/dvc.yaml', 'sub/deep/dvc.yaml'))
  .map(([[name, body], path]): ProjectFiles => ({
    [path]: yamlText(map([['stages', map([[name, body]])]])),
    'sub/in.txt': 'sub\n',
  }))

const dataFile = fc.constantFrom<ProjectFiles>(
  { 'data.dvc': 'outs:\n- path: data\n' },
  { 'x.dvc': `outs:\n- md5: ${md5('one\ntwo\n')}\n  size: 8\n  hash: md5\n  path: in.txt\n` },
  { 'x.dvc': `outs:\n- md5: ${md5('one\ntwo\n')}\n  path: in.txt\n` },
  { 'x.dvc': 'outs:\n- path: in.txt\n  nobody: 1\n' },
  { 'x.dvc': '' },
  { 'x.dvc': 'outs: x\n' },
  { 'x.dvc': 'wdir: data\nouts:\n- path: x\n  cache: false\n' },
)

/** A whole project: sound in most of its parts, so that what is odd is not hidden by what is broken. */
export const anyProject: fc.Arbitrary<ProjectFiles> = fc
  .record({
    pipeline: fc.tuple(pipeline, spoil),
    params: fc.option(
      fc.tuple(fc.oneof({ weight: 12, arbitrary: paramsFile }, { weight: 1, arbitrary: value }), spoil),
      { freq: 9 },
    ),
    sides: sideFiles,
    lock: fc.option(fc.tuple(lockFile, spoil), { freq: 1 }),
    sub: fc.option(subPipeline, { freq: 1 }),
    data: fc.option(dataFile, { freq: 1 }),
    luck: fc.nat(3),
  })
  .map(({ pipeline: [tree, spoilPipeline], params, sides, lock, sub, data, luck }) => ({
    ...constantFiles,
    ...sides,
    'dvc.yaml': spoilPipeline(yamlText(tree)),
    ...(params === null ? {} : { 'params.yaml': params[1](yamlText(params[0])) }),
    ...(lock === null || luck > 0 ? {} : { 'dvc.lock': lock[1](yamlText(lock[0])) }),
    ...(luck === 1 ? sub : {}),
    ...(luck === 2 ? data : {}),
  }))
