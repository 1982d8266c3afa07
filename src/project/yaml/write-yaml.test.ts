import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pythonRepr } from '../../base/python-repr.ts'
import type { Scalar, Value } from '../../base/value.ts'
import { readYaml } from './read-yaml.ts'
import { writeYaml } from './write-yaml.ts'

function readBack(text: string): Value | string {
  const read = readYaml(text, 'a.yaml')
  return read.ok ? read.value.value : read.problems.map(({ message }) => message).join('\n')
}

const scalars: readonly (readonly [Scalar, string])[] = [
  ['', "''"],
  [' ', "' '"],
  ['yes', 'yes'],
  ['true', "'true'"],
  ['~', "'~'"],
  ['1', "'1'"],
  ['1e3', "'1e3'"],
  ['1e', '1e'],
  ['007', "'007'"],
  ['0x_', "'0x_'"],
  ['1:30', '1:30'],
  ['nan', 'nan'],
  ['2020-01-01', "'2020-01-01'"],
  ['2020-13-45', "'2020-13-45'"],
  ['a: b', "'a: b'"],
  ['a:', "'a:'"],
  ['http://x/y', 'http://x/y'],
  ["it's", "it's"],
  ["'a", `"'a"`],
  ["a: it's", `"a: it's"`],
  ['say "hi"', 'say "hi"'],
  ['"a', `'"a'`],
  ['a\tb', '"a\\tb"'],
  ['a\nb', '"a\\nb"'],
  ['a\r\n', '"a\\r\\n"'],
  ['é日本😀\u00a0x', 'é日本😀\u00a0x'],
  ['\uFEFF', '"\\uFEFF"'],
  ['\u001b[0m', '"\\e[0m"'],
  ['\0\x7f', '"\\0\\x7F"'],
  ['a #b', "'a #b'"],
  ['a#b', 'a#b'],
  ['-', "'-'"],
  ['-a', '-a'],
  ['? a', "'? a'"],
  ['{a', "'{a'"],
  ['a,b]', 'a,b]'],
  ['--- a', "'--- a'"],
  ['<<', "'<<'"],
  ['${x}', '${x}'],
  [true, 'true'],
  [10n ** 30n, `1${'0'.repeat(30)}`],
  [1, '1.0'],
  [1e-5, '1e-05'],
  [-Infinity, '-.inf'],
  [Number.NaN, '.nan'],
]

test.each(scalars.map(([value, text]) => [pythonRepr(value), text, value] as const))(
  '%s is written as %s',
  (_, text, value) => {
    expect(writeYaml(new Map([['k', value]]))).toBe(`k: ${text}\n`)
  },
)

test('structures are laid out as DVC lays them out', () => {
  const value = new Map<Scalar, Value>([
    ['nul', null],
    [
      'list',
      [
        null,
        [1n, []],
        new Map<Scalar, Value>([
          ['a', 1n],
          ['b', [new Map()]],
        ]),
      ],
    ],
    [1n, new Map([[null, true]])],
    ['', 'empty key'],
    ['x'.repeat(123), new Map([['a', 1n]])],
  ])
  expect(writeYaml(value)).toBe(
    `nul:\nlist:\n- \n- - 1\n  - []\n- a: 1\n  b:\n  - {}\n1:\n  null: true\n'': empty key\n? ${'x'.repeat(123)}\n: a: 1\n`,
  )
})

test('what occurs twice as one object is written once', () => {
  const [list, map]: [Value, Value] = [[1n], new Map([['a', []]])]
  const value = new Map<Scalar, Value>([
    ['m', map],
    ['l', [list]],
    ['again', [list, map]],
  ])
  expect(writeYaml(value)).toBe('m: &id002\n  a: []\nl:\n- &id001\n  - 1\nagain:\n- *id001\n- *id002\n')
})

test('equal objects that are not the same are written out', () => {
  expect(writeYaml([['a'], ['a']])).toBe('- - a\n- - a\n')
})

const words = 'python train.py --alpha 0.1 --beta 0.22 --gamma 0.333 --delta 0.4444 --epsilon 0.55555 --zeta 1'

test.each([
  [
    'a plain text, with the blank left at the end of the line',
    words,
    'python train.py --alpha 0.1 --beta 0.22 --gamma 0.333 --delta 0.4444 \n      --epsilon 0.55555 --zeta 1',
  ],
  [
    'a text in single quotes',
    `a: ${words}`,
    "'a: python train.py --alpha 0.1 --beta 0.22 --gamma 0.333 --delta 0.4444\n      --epsilon 0.55555 --zeta 1'",
  ],
  ['a word longer than a line', 'w'.repeat(90), `\n      ${'w'.repeat(90)}`],
])('%s is broken where DVC breaks it', (_, cmd, text) => {
  const value = new Map([['stages', new Map([['s', new Map([['cmd', cmd]])]])]])
  expect(writeYaml(value)).toBe(`stages:\n  s:\n    cmd: ${text}\n`)
  expect(readBack(writeYaml(value))).toEqual(value)
})

test('a text that DVC would write so that it reads back differently is written so that it does not', () => {
  const value = new Map([['k', `${'a'.repeat(70)}  ${'b'.repeat(20)} c`]])
  expect(writeYaml(value)).toBe(`k: "${'a'.repeat(70)}  ${'b'.repeat(20)}\\\n  \\ c"\n`)
  expect(readBack(writeYaml(value))).toEqual(value)
})

test('what YAML of DVC cannot hold is refused with its Python type', () => {
  expect(() => writeYaml([{ kind: 'bytes', text: "b''" }])).toThrow('bytes')
})

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab1 .:-\'"#,[]{}&*!|>%@`?=~\\$\n\té😀_e+', '\x85', '\u2028'), maxLength: 40 }),
  fc
    .array(fc.constantFrom('word', "it's", '"q"', 'w'.repeat(40), 'a:', '\\', '  ', '\n'), { maxLength: 30 })
    .map((all) => all.join(' ')),
)
const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  text,
  fc.bigInt(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
)

const { value: anyValue } = fc.letrec<{ value: Value; map: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('map')),
  map: fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
}))

test('everything that is written reads back as the same value', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const document = new Map([['k', value]])
      expect(readBack(writeYaml(document))).toEqual(document)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['words', 'word '.repeat(200_000)],
  ['words and line ends', `${"it's ".repeat(200_000)}\n`],
  ['backslashes', `${'\\'.repeat(500_000)}\n`],
  ['one word', 'w'.repeat(1_000_000)],
])('a million characters of %s are written and read back', (_, text) => {
  const value = new Map([['k', text]])
  expect(readBack(writeYaml(value))).toEqual(value)
})
