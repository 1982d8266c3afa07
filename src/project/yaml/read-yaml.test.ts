import { expect, test } from 'vitest'
import { isList, isMap, type Value } from '../../base/value.ts'
import { readYaml, type YamlDocument } from './read-yaml.ts'

function read(text: string): YamlDocument {
  const result = readYaml(text, 'a.yaml')
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'))
  return result.value
}

function valueOf(text: string): Value | undefined {
  const { value } = read(text)
  return isMap(value) ? value.get('k') : undefined
}

function problemsOf(text: string): readonly { readonly code: string; readonly place: string }[] {
  const result = readYaml(text, 'a.yaml')
  return result.ok ? [] : result.problems.map(({ code, at }) => ({ code, place: `${at?.line}:${at?.column}` }))
}

test.each<[string, Value]>([
  ['', null],
  ['~', null],
  ['Null', null],
  ['true', true],
  ['FALSE', false],
  ['yes', 'yes'],
  ['on', 'on'],
  ['017', 17n],
  ['08', 8n],
  ['0o17', 15n],
  ['0x1F', 31n],
  ['0X1F', '0X1F'],
  ['-0b11', -3n],
  ['1_000', 1000n],
  ['_1', '_1'],
  ['+1', 1n],
  ['123456789012345678901', 123456789012345678901n],
  ['1.0', 1],
  ['1.', 1],
  ['.5', 0.5],
  ['.5e3', '.5e3'],
  ['.5e+3', 500],
  ['1e3', 1000],
  ['1e', '1e'],
  ['1e400', Infinity],
  ['-.INF', -Infinity],
  ['-0.0', -0],
  ['1:30', '1:30'],
  ['0.1.2', '0.1.2'],
  ['"1"', '1'],
  ["'it''s'", "it's"],
  ['"\\x41\\u00e9\\n"', 'Aé\n'],
  ['!!str 1', '1'],
  ["!!int '3'", 3n],
  ['!!float 3', 3],
  ['[a:b, {c: 1}]', ['a:b', new Map([['c', 1n]])]],
  ['{url: https://x}', new Map([['url', 'https://x']])],
  ['2020-01-01', { kind: 'date', text: '2020-01-01' }],
  ['2020-01-01T10:00:00Z', { kind: 'datetime', text: '2020-01-01 10:00:00+00:00' }],
  ['2020-01-01 1:00:00.1234567 +5', { kind: 'datetime', text: '2020-01-01 01:00:00.123457+05:00' }],
  ['2020-1-1', '2020-1-1'],
])('`%s` is read as ruamel.yaml reads it', (text, value) => {
  expect(valueOf(`k: ${text}\n`)).toEqual(value)
})

test('a NaN is read as one', () => {
  expect(valueOf('k: .nan')).toBeNaN()
})

test.each([
  ['an unclosed quote', 'a: "b', 'YAML_INVALID'],
  ['a tab as indentation', 'a:\n\tb: 1', 'YAML_INVALID'],
  ['two documents', 'a: 1\n---\nb: 1', 'YAML_INVALID'],
  ['an unknown tag', 'a: !foo b', 'YAML_INVALID'],
  ['a value `=`', 'a: =', 'YAML_INVALID'],
  ['digits that are none', 'a: 0x_', 'YAML_INVALID'],
  ['a day that does not exist', 'a: 2020-13-45', 'YAML_INVALID'],
  ['an alias without anchor', 'a: *b', 'YAML_INVALID'],
  ['an anchor inside itself', 'a: &b [*b]', 'YAML_INVALID'],
  ['a map as a key', '? {a: 1}\n: 2', 'YAML_INVALID'],
  ['a control character', 'a: \u0001', 'YAML_INVALID'],
  ['a merge of a scalar', '<<: 1', 'YAML_INVALID'],
  ['a repeated key', 'a: 1\nb: 2\na: 3', 'YAML_DUPLICATE_KEY'],
  ['keys that Python takes for one', '1: a\n1.0: b', 'YAML_DUPLICATE_KEY'],
  ['a boolean that equals a number', '1: a\ntrue: b', 'YAML_DUPLICATE_KEY'],
])('%s is a problem', (_, text, code) => {
  expect(problemsOf(text).map((problem) => problem.code)).toContain(code)
})

test('a problem has the place in the text as written', () => {
  expect(problemsOf('\uFEFFa: 1\r\nb:\r\n  c: 2\r\n  c: 3\r\n')).toEqual([{ code: 'YAML_DUPLICATE_KEY', place: '4:3' }])
})

test.each(['', '\n', '# only a comment', 'null', '[]', '0', 'false', "''"])('`%s` is an empty map', (text) => {
  expect(read(text).value).toEqual(new Map())
})

test('an alias is the very object of its anchor', () => {
  const { value } = read('a: &x {b: [1]}\nc: *x\n')
  expect(isMap(value) && value.get('c') === value.get('a')).toBe(true)
})

test('the nearest of several equal anchors counts', () => {
  expect(read('- &a 1\n- &a 2\n- *a').value).toEqual([1n, 2n, 2n])
})

test('merged entries come first and give way to the map’s own', () => {
  const { value } = read('x: &x {a: 1, b: 2}\nk:\n  b: 3\n  <<: [*x, {a: 9, c: 4}]\n')
  const merged = isMap(value) ? value.get('k') : undefined
  expect(isMap(merged) ? [...merged] : []).toEqual([
    ['a', 1n],
    ['c', 4n],
    ['b', 3n],
  ])
})

test('line ends and a byte order mark do not matter', () => {
  expect(read('\uFEFFa: |\r\n  x\r\n  y\rb: 1\r\n').value).toEqual(
    new Map<string, Value>([
      ['a', 'x\ny\n'],
      ['b', 1n],
    ]),
  )
})

test('`__proto__` is a key like any other', () => {
  expect(read('__proto__: 1').value).toEqual(new Map([['__proto__', 1n]]))
})

test('lines that continue a text need not stand deeper than its key', () => {
  const document = read('stages:\n  a:\n    cmd: "x\n    y"\n    deps: [p,\n    q\n    ]\n    outs: z\n')
  const entry = new Map<string, Value>([
    ['cmd', 'x y'],
    ['deps', ['p', 'q']],
    ['outs', 'z'],
  ])
  expect(document.value).toEqual(new Map([['stages', new Map([['a', entry]])]]))
  expect(document.at(['stages', 'a', 'deps', 1])).toEqual({ file: 'a.yaml', line: 6, column: 5, width: 1 })
  expect(document.at(['stages', 'a', 'outs'], 'key')).toEqual({ file: 'a.yaml', line: 8, column: 5, width: 4 })
})

test.each<[readonly (string | number)[], 'key' | 'value', string]>([
  [[], 'value', '1:1'],
  [['a'], 'key', '1:1'],
  [['a', 'b'], 'value', '2:6'],
  [['a', 'b', 1], 'value', '2:11'],
  [['a', 'b', 7], 'value', '2:6'],
  [['a', 'missing', 'deeper'], 'key', '1:1'],
  [['a', 'empty'], 'value', '3:3'],
  [['c', 'b', 0], 'value', '2:7'],
  [['d', 'e'], 'key', '5:6'],
  [['d', 'b', 0], 'value', '2:7'],
])('the place of %j (%s) is %s', (path, part, place) => {
  const document = read('a: &x\n  b: [10, 20]\n  empty:\nc: *x\nd: { e: 1, <<: *x }\n')
  const { line, column } = document.at(path, part)
  expect(`${line}:${column}`).toBe(place)
})

test.each([
  ['lists in lists', '['.repeat(200_000)],
  ['maps in maps', '{a: '.repeat(200_000)],
  ['dashes', '- '.repeat(200_000)],
])('%s without end are refused and not followed', (_, text) => {
  expect(problemsOf(text).map(({ code }) => code)).toContain('YAML_TOO_DEEP')
})

test('aliases that multiply without end are refused', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 12; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`)
  expect(problemsOf(lines.join('\n')).map(({ code }) => code)).toEqual(['YAML_TOO_LARGE'])
})

test('a hundred levels are read', () => {
  let value: Value | undefined = read(`${'['.repeat(100)}x${']'.repeat(100)}`).value
  let depth = 0
  while (isList(value)) {
    value = value[0]
    depth++
  }
  expect([depth, value]).toEqual([100, 'x'])
})

test.each([
  ['brackets', '- [\n'.repeat(10_000)],
  ['quotes', `- '\n`.repeat(10_001)],
  ['blanks', `a: x${' '.repeat(1_000_000)}y`],
])('many %s that lead nowhere are told in a few problems', (_, text) => {
  const problems = problemsOf(text)
  expect(problems.length).toBeGreaterThan(0)
  expect(problems.length).toBeLessThanOrEqual(20)
})
