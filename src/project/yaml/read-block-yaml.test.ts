import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isList, isMap, type Scalar, type Value } from '../../base/value.ts'
import { composeYaml } from './compose-yaml.ts'
import { constructValue } from './construct-value.ts'
import { readBlockPlaces, readBlockYaml } from './read-block-yaml.ts'
import { writeYaml } from './write-yaml.ts'
import { LineIndex, YamlPlaces } from './yaml-places.ts'

function parsed(text: string): Value | readonly unknown[] {
  const composed = composeYaml(text)
  if (composed.faults.length > 0) return composed.faults
  const { value, faults } = constructValue(composed)
  return faults.length > 0 ? faults : value
}

const tame = [
  'a',
  'b c',
  'é😀\u00a0',
  '1',
  '-1.5e3',
  'true',
  '~',
  '2020-01-01',
  "it's",
  'a:b',
  'a#b',
  '{}',
  '[]',
  'x\\',
  '[a]',
  '[a/b.c, d-e]',
  '[ 1,true,2020-01-01 ]',
  '[a, .5, ...]',
]
const quoted = ['"q"', "'q'", '"a\\"b"', "'it''s'", '"\\x41\\u00e9\\n"', '"\\q"', '"a: b"', '"open', "'open", '"\\\\"']
const wild = [
  '#a',
  '-',
  '- x',
  '?',
  ': x',
  '{a: 1}',
  '[a',
  ']',
  '&x',
  '*x',
  '!!str a',
  '|',
  '>-',
  '%',
  '@',
  '`',
  '<<',
  '=',
]
const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...tame) },
  { weight: 2, arbitrary: fc.constantFrom(...quoted) },
  fc.constantFrom(...wild, '---', '...', ',', ''),
)
const separator = fc.constantFrom(' ', ' ', ' ', ' ', '  ', ': ', ' #', ' - ', '\\', '"', "'")
const content = fc
  .array(fc.tuple(word, separator), { maxLength: 3 })
  .map((all) => all.flat().join(''))
  .chain((text) => fc.constantFrom(text, text.trimEnd()))
const key = fc.constantFrom(
  'a: &x',
  'b: *x',
  '- &x',
  '- *x',
  'c: &x []',
  'd: &y',
  'a: *y',
  'a: ',
  'b: ',
  'c:',
  'd:',
  '"e": ',
  "'f' : ",
  '1: ',
  '- ',
  '- ',
  '-',
  '- - ',
  '- g: ',
  '',
)
const indent = fc.constantFrom(0, 0, 0, 2, 2, 2, 2, 4, 4, 1, 6)
const line = fc
  .tuple(indent, key, fc.oneof(word, word, fc.constant(''), content))
  .map(([blanks, start, rest]) => ' '.repeat(blanks) + start + rest)
const text = fc.array(line, { maxLength: 7 }).map((lines) => ['z:', ...lines].join('\n'))

test('what is read line by line is what the parser reads', { timeout: 60_000 }, () => {
  let count = 0
  fc.assert(
    fc.property(text, (source) => {
      const value = readBlockYaml(source)
      if (value === undefined) return
      count++
      expect(parsed(source)).toEqual(value)
    }),
    { numRuns: 5000 },
  )
  expect(count).toBeGreaterThan(200)
})

test('what is read line by line stands where the parser finds it', { timeout: 60_000 }, () => {
  let count = 0
  fc.assert(
    fc.property(text, (source) => {
      const places = readBlockPlaces(source)
      if (places?.root === undefined) return
      const composed = composeYaml(source)
      const parser = new YamlPlaces(composed.contents, constructValue(composed).aliased)
      const lines = new LineIndex('f', source)
      for (const path of [...pathsOf(places.root), ['z', 'nothing'], ['nothing']]) {
        for (const part of ['key', 'value'] as const) {
          const found = places.find(path, part)
          if (found === undefined) continue
          count++
          expect([path, part, lines.range(...found)]).toEqual([path, part, lines.range(...parser.find(path, part))])
        }
      }
    }),
    { numRuns: 10_000 },
  )
  expect(count).toBeGreaterThan(2000)
})

function pathsOf(value: Value, path: readonly Scalar[] = []): readonly (readonly Scalar[])[] {
  const steps: readonly (readonly [Scalar, Value])[] = isMap(value)
    ? [...value]
    : isList(value)
      ? value.map((item, index) => [index, item] as const)
      : []
  return [path, ...steps.flatMap(([step, item]) => pathsOf(item, [...path, step]))]
}

test('whatever we write of scalars, lists and maps is read line by line', { timeout: 60_000 }, () => {
  const scalar = fc.oneof(
    // Unicode's separators end lines in some of YAML's forms: such texts are left to the parser.
    fc.string({ unit: 'grapheme' }).filter((text) => !/[\u2028\u2029]/.test(text)),
    fc.lorem({ maxCount: 30 }),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
  )
  const { value } = fc.letrec<{ value: Value; map: Value }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('map')),
    map: fc.array(fc.tuple(fc.lorem({ maxCount: 3 }), tie('value')), { maxLength: 4 }).map((all) => new Map(all)),
  }))
  fc.assert(
    fc.property(value, (item) => {
      const map = new Map([['k', item]])
      expect(readBlockYaml(writeYaml(map))).toEqual(map)
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['nothing', ''],
  ['a comment', '# a'],
  ['a scalar', 'a'],
  ['a text', '"a'],
  ['an anchored scalar', 'a: &x b'],
  ['an alias of nothing', 'a: *x'],
  ['an alias inside its anchor', 'a: &x\n- *x'],
  ['a deep list', `${'- '.repeat(200)}a`],
  ['a repeated key', 'a: 1\na: 2'],
  ['a tab', 'a:\tb'],
  ['a line separator', "a: '\u2028'"],
])('%s is left to the parser', (_, source) => {
  expect(readBlockYaml(source)).toBeUndefined()
})

test('flat lists of words are read without the parser', () => {
  const value = readBlockYaml('a: [x/1, y-2.csv]\nb:\n- [1, true]\n')
  expect(value).toEqual(
    new Map<string, Value>([
      ['a', ['x/1', 'y-2.csv']],
      ['b', [[1n, true]]],
    ]),
  )
})

test('an alias is the very object of its anchor', () => {
  const value = readBlockYaml('a: &id001\n- 1\nb: *id001\nc:\n- *id001\n')
  const [a, b, c] = isMap(value) ? [...value.values()] : []
  expect(a).toEqual([1n])
  expect(b).toBe(a)
  expect(isList(c) && c[0]).toBe(a)
})

test('many words, quotes and backslashes take linear time', () => {
  for (const part of ['a ', '"', "'", '\\', '\\"', '- ', 'a:', ': ', '\n', '#', '""', "''"]) {
    const many = part.repeat(100_000)
    for (const source of [many, `a: ${many}`, `a: "${many}"`, `a: '${many}`]) readBlockYaml(source)
  }
}, 60_000)
