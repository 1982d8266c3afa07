import fc from 'fast-check'
import { expect } from 'vitest'
import { readYaml } from '../../src/project/yaml/read-yaml.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { coding, encode, type Coded } from '../rig/coded-value.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { tally } from '../rig/tally.ts'

const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const numRuns = process.env['RESTAGE_LONG'] === undefined ? 3000 : 30_000

const keys = fc.constantFrom('a', 'b', "'c'", '"d"', '1', '1.0', 'true', '~', '<<', 'é', '&k k')
const leaf = fc.constantFrom(
  'x',
  'a b',
  "'it''s'",
  '"\\x41\\n"',
  '017',
  '0o17',
  '0x1F',
  '1_0',
  '1.',
  '.5',
  '.5e3',
  '1e3',
  '.inf',
  '~',
  'yes',
  'FALSE',
  '&x a',
  '*x',
  '!!str 1',
  '!!float 2',
  '!foo x',
  '[a, {b: c}]',
  '{a: 1}',
  '[a',
  '"x',
  'a: b',
  'a #c',
  'a#b',
  '2020-01-01',
  '"m\n    n"',
  '|\n    l\n     m',
  '>-\n    f\n    g',
  '|+\n    l\n\n    m',
  '>  # why\n    f\n    g',
  '|2\n     l',
  'plain\n    more',
  '=',
  '-',
  '- a',
  '{url: http://x}',
  '@',
  '*y',
)
const ends = fc.constantFrom('\n', '\n', '', '\n\n', '\n  ', '\n      ', '\n# c')
const document = fc
  .tuple(fc.array(fc.tuple(keys, leaf, fc.boolean()), { minLength: 1, maxLength: 4 }), ends)
  .map(
    ([all, end]) =>
      all.map(([key, value, nested]) => `${key}:${nested ? `\n  - k: 1\n  - ${value}` : ` ${value}`}`).join('\n') + end,
  )

liveTest('YAML is read as DVC reads it', (dvc, context) => {
  const texts = fc.sample(document, { numRuns, seed })
  const expected = askDvc<readonly (Coded | null)[]>(
    dvc,
    `${coding}
result = [attempt(lambda: encode(parse_yaml(text, "file"))) for text in data]`,
    texts,
  )
  const ours = texts.map((text) => {
    const read = readYaml(text, 'file')
    return read.ok ? encode(read.value.value) : null
  })
  expect(expected.filter((coded) => coded !== null).length).toBeGreaterThan(numRuns / 4)
  expect(ours.map((coded, index) => [texts[index], coded])).toEqual(
    expected.map((coded, index) => [texts[index], coded]),
  )
  tally(context, `YAML read: ${texts.length} of ${texts.length} random texts have DVC's value, or none (seed ${seed})`)
})

liveTest('blanks alone in a block of text count for DVC and not here, as listed', (dvc) => {
  const texts = ['a: |2\n    ', 'a: |2\n   \n', 'a: |2-\n   ', 'a: |+\n ']
  const theirs = askDvc<readonly string[]>(
    dvc,
    `${coding}
result = [parse_yaml(text, "file")["a"] for text in data]`,
    texts,
  )
  expect(theirs).toEqual(['  ', ' \n', ' ', ''])
  const ours = texts.map((text) => {
    const read = readYaml(text, 'file')
    return read.ok && encode(read.value.value)
  })
  expect(ours).toEqual(['', '', '', '\n'].map((value) => encode(new Map([['a', value]]))))
})
