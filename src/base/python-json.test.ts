import { expect, test } from 'vitest'
import { pythonJson } from './python-json.ts'
import { pythonRepr } from './python-repr.ts'
import type { Value } from './value.ts'

const cases: readonly (readonly [Value, string])[] = [
  [null, 'null'],
  [true, 'true'],
  [10n ** 30n, `1${'0'.repeat(30)}`],
  [1, '1.0'],
  [1e-5, '1e-05'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
  ['a"\\\n\u007fé😀', '"a\\"\\\\\\n\\u007f\\u00e9\\ud83d\\ude00"'],
  [[1n, [], new Map()], '[1, [], {}]'],
  [
    new Map<bigint | null | boolean | number, Value>([
      [1n, 'a'],
      [null, 'b'],
      [false, 'c'],
      [0.5, 'd'],
    ]),
    '{"1": "a", "null": "b", "false": "c", "0.5": "d"}',
  ],
  [{ kind: 'tuple', text: '(1,)', items: [1n] }, '[1]'],
]

test.each(cases.map(([value, json]) => [pythonRepr(value), json, value] as const))(
  '%s becomes %s',
  (_, json, value) => {
    expect(pythonJson(value)).toBe(json)
  },
)

test('keys are sorted by code point at every level if asked for', () => {
  const value = new Map<string, Value>([
    ['\u{1F600}', 1n],
    ['\uffff', 2n],
    [
      'a',
      new Map([
        ['c', 3n],
        ['b', 4n],
      ]),
    ],
  ])
  expect(pythonJson(value, { sortKeys: true })).toBe('{"a": {"b": 4, "c": 3}, "\\uffff": 2, "\\ud83d\\ude00": 1}')
})

test('what JSON cannot hold is refused with its Python type', () => {
  expect(() => pythonJson([{ kind: 'date', text: '2020-01-01' }])).toThrow(
    new TypeError('Object of type date is not JSON serializable'),
  )
})

test('keys that Python cannot compare are not sorted', () => {
  expect(() =>
    pythonJson(
      new Map<string | bigint, Value>([
        ['a', 1n],
        [1n, 2n],
      ]),
      { sortKeys: true },
    ),
  ).toThrow(TypeError)
})
