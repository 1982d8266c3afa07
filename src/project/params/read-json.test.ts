import { expect, test } from 'vitest'
import type { Value } from '../../base/value.ts'
import { readJson } from './read-json.ts'

test.each<readonly [text: string, value: Value]>([
  ['1', 1n],
  ['1.0', 1],
  ['[-0]', [0n]],
  ['1e3', 1000],
  ['12345678901234567890123', 12345678901234567890123n],
  [' [NaN, Infinity, -Infinity]\n', [Number.NaN, Infinity, -Infinity]],
  ['"\\u00e9\\ud83d\\ude00\\/\\n"', 'é😀/\n'],
  [
    '{"a": 1, "b": [true, null], "a": 2}',
    new Map<string, Value>([
      ['a', 2n],
      ['b', [true, null]],
    ]),
  ],
  [
    '{"2": 0, "1": 0, "__proto__": 0}',
    new Map([
      ['2', 0n],
      ['1', 0n],
      ['__proto__', 0n],
    ]),
  ],
  ['[[]]', [[]]],
])('%s', (text, value) => {
  const result = readJson(text, 'p.json')
  expect(result).toEqual({ ok: true, value })
  if (result.ok && value instanceof Map && result.value instanceof Map) {
    expect([...result.value.keys()]).toEqual([...value.keys()])
  }
})

test.each(['null', 'false', '0', '0.0', '""', '[]', '{}'])('%s is an empty map', (text) => {
  expect(readJson(text, 'p.json')).toEqual({ ok: true, value: new Map() })
})

test.each<readonly [text: string, line: number, column: number]>([
  ['', 1, 1],
  ['{"a": 01}', 1, 8],
  ['{\n  "a": x\n}', 2, 8],
  ['[1,]', 1, 4],
  ['"a\nb"', 1, 3],
  ["{'a': 1}", 1, 2],
  ['"\\x"', 1, 4],
  ['1 2', 1, 3],
  ['\ufeff1', 1, 1],
  ['"open', 1, 6],
])('%j is refused at line %i, column %i', (text, line, column) => {
  expect(readJson(text, 'p.json')).toMatchObject({
    problems: [{ code: 'PARAMS_INVALID', at: { file: 'p.json', line, column } }],
  })
})

test('nesting without end is refused, not followed', () => {
  expect(readJson('['.repeat(1_000_000), 'p.json')).toMatchObject({ problems: [{ code: 'PARAMS_INVALID' }] })
})
