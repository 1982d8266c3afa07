import fc from 'fast-check'
import { pythonKey } from '../../src/base/python-equal.ts'
import { isList, isMap, type Scalar, type Value, type ValueMap } from '../../src/base/value.ts'

const short = 'python train.py --lr 0.1¦it\'s¦"q"¦x:¦#¦${x}¦日本😀¦\\¦-¦:¦{a}¦true¦1e3¦\\t¦&&¦|¦>¦- a¦\x1b[0m'.split(
  '¦',
)
const long = ['w'.repeat(30), 'z'.repeat(78), 'z'.repeat(90), 'é'.repeat(40), '😀'.repeat(81)]
const word = fc.constantFrom(...short, ...long)
const space = fc.constantFrom(...'\n|\t| \\\n|\n\n|   |\x85|\u2028|\u00a0|  '.split('|'), ...' '.repeat(5))
const odd = fc.constantFrom(
  ...'ab1 .:-\'"#,[]{}&*!|>%@`?=~\\$\n\té_e+',
  ...'\x7f\ufeff\x85\u2028\u2029\u00a0\u200b\r\0\x1b\x9f\ud7ff\ue000\ufffd\uffff😀\u{10ffff}',
  '\u{1f1e9}\u{1f1ea}',
)

const typed =
  'null Null ~ yes no on y False TRUE << = 2020-01-01 2020-13-45 2020-01-01T00:00:00Z 2020-1-1 12:30:45 1:30 007 0x1f ' +
  '0o17 0b1 1_000 _1 -_ ._ 0x_ .5 .5e3 .5e+3 1. 1e +1 .inf -.INF .nan 12345678901234567890123456789012 ' +
  '1234567890123456789012345678e012'
const marked =
  '---¦--- a¦...¦¦ a¦a ¦2020-01-01 10:00:00.5 +1:30¦a: b¦a:¦a:b¦http://x/y¦a #b¦a#b¦#a¦- a¦-a¦? a¦?a¦: a¦:a¦\'a¦"a¦@a¦%a' +
  '¦!a¦&a¦*a¦>a¦|a¦`a¦{a¦[a¦}a¦]a¦,a¦\\¦\r\n'
const lengths = ['a'.repeat(122), 'a'.repeat(123), 'b '.repeat(61), 'c'.repeat(90)]
const known = fc.constantFrom(...typed.split(' '), ...marked.split('¦'), ...lengths)

/** Texts of all kinds that a writer of YAML may get wrong. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.tuple(word, space), { maxLength: 20 }).map((all) => all.flat().join('')) },
  { weight: 3, arbitrary: fc.string({ unit: odd, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: odd, minLength: 70, maxLength: 200 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map(wellFormed) },
  { weight: 2, arbitrary: fc.stringMatching(/^[-+]?[0-9_.]{0,3}[ex]?[-+]?[0-9a]{0,2}$/) },
  { weight: 2, arbitrary: known },
)

// Half a character is not text in a file.
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '?')
}

const digits = fc.bigInt({ min: 1n, max: 99_999_999_999_999_999n })

const float = fc.oneof(
  fc.double(),
  fc.constantFrom(
    -0,
    0,
    1,
    -1,
    Infinity,
    -Infinity,
    Number.NaN,
    5e-324,
    2.2250738585072014e-308,
    Number.MAX_VALUE,
    1e15,
    1e16,
  ),
  fc.constantFrom(1e22, 1e-4, 1e-5, 0.1, 123456789012345680, 2.76835288110867e-5),
  fc
    .tuple(digits, fc.integer({ min: -330, max: 300 }))
    .map(([mantissa, exponent]) => Number(`${mantissa}e${exponent}`)),
)

const integer = fc.oneof(
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 2000n), max: 2n ** 2000n }),
  fc.bigInt({ min: -9n, max: 9n }),
)

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 4, arbitrary: anyText },
  { weight: 2, arbitrary: float },
  integer,
  fc.boolean(),
  fc.constant(null),
)

const key: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 6, arbitrary: anyText },
  integer,
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
)

const { value: tree } = fc.letrec<{ value: Value; map: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('map')),
  map: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map(asMap),
}))

// Keys that are one key to Python come once.
function asMap(entries: readonly (readonly [Scalar, Value])[]): ValueMap {
  return new Map(new Map(entries.map((entry) => [pythonKey(entry[0]), entry])).values())
}

/** Values of params: all scalars, nested lists and maps with odd keys, empty ones, and objects that occur twice. */
export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 3, arbitrary: tree },
  {
    weight: 1,
    arbitrary: fc
      .tuple(tree, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }))
      .map(([root, picks]) => sharing(root, picks)),
  },
)

/** A list that holds a value and, once more, some of the very lists and maps inside it. */
function sharing(root: Value, picks: readonly number[]): Value {
  const parts = collectionsOf(root)
  if (parts.length === 0) return root
  return [root, ...picks.map((pick) => parts[pick % parts.length]!)]
}

function collectionsOf(value: Value): readonly Value[] {
  if (isList(value)) return [value, ...value.flatMap(collectionsOf)]
  return isMap(value) ? [value, ...[...value.values()].flatMap(collectionsOf)] : []
}
