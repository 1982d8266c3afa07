import { describe, expect, test } from 'vitest'
import type { Value } from '../../base/value.ts'
import { readPython } from './read-python.ts'

function params(...entries: readonly (readonly [string, Value])[]): { ok: true; value: Value } {
  return { ok: true, value: new Map(entries) }
}

// Expectations come from DVC 3.67.1 on Python 3.11.
describe('values', () => {
  test.each<readonly [text: string, value: Value]>([
    ['1', 1n],
    ['-1_000', -1000n],
    ['+0x1F', 31n],
    ['1.', 1],
    ['-(1e-3)', -0.001],
    ['12345678901234567890123', 12345678901234567890123n],
    ['True', true],
    ['None', null],
    ["'a' \"b\" r'\\n'", 'ab\\n'],
    ["'\\n\\t\\x41\\u00e9\\U0001F600\\101\\q'", '\n\tAé😀A\\q'],
    ["'''x\ny'''", 'x\ny'],
    ["'a\\\nb'", 'ab'],
    ['[1, [2.0], ]', [1n, [2]]],
    [
      '{"b": 1, 2: {"a": []}}',
      new Map<bigint | string, Value>([
        ['b', 1n],
        [2n, new Map([['a', []]])],
      ]),
    ],
    ['{1: "a", True: "b", 1.0: "c"}', new Map([[1n, 'c']])],
    ['(1, "a")', { kind: 'tuple', text: "(1, 'a')", items: [1n, 'a'] }],
    ['1,', { kind: 'tuple', text: '(1,)', items: [1n] }],
    ['()', { kind: 'tuple', text: '()', items: [] }],
    ['(1)', 1n],
    ['(\n  1 # c\n)', 1n],
    ['{1}', { kind: 'set', text: '{1}', items: [1n] }],
    ['set()', { kind: 'set', text: 'set()', items: [] }],
    ["b'a\\xff'", { kind: 'bytes', text: "b'a\\xff'" }],
    ['-1.5+2j', { kind: 'complex', text: '(-1.5+2j)' }],
    ['...', { kind: 'ellipsis', text: 'Ellipsis' }],
    ['{(1, 2): 3}', { kind: 'dict', text: '{(1, 2): 3}', entries: new Map() }],
  ])('%s', (text, value) => {
    expect(readPython(`A = ${text}\n`, 'p.py')).toEqual(params(['A', value]))
  })

  test.each([
    'X',
    'f()',
    '1 + 2',
    "f'x'",
    '[x for x in y]',
    '[*X]',
    '{**X}',
    '--1',
    '-True',
    'not 1',
    'a.b',
    '1 if x else 2',
    "'a' % 1",
  ])('%s is no literal', (text) => {
    expect(readPython(`A = ${text}\nB = 1`, 'p.py')).toEqual(params(['B', 1n]))
  })
})

test('classes are maps, __init__ adds attributes of self', () => {
  const source = `
A = 1
B: int = 2
C: int
class K(Base):
    """Doc."""
    c = {"k": [1]}
    def __init__(self, p=4, *, q: int = 5) -> None:
        self.d = 1.5
        self.f = p
        local = 6
    def other(self):
        self.no = 1
    class Inner: x = 1; y = 2
class Empty:
    pass
`
  expect(readPython(source, 'p.py')).toEqual(
    params(
      ['A', 1n],
      ['B', 2n],
      [
        'K',
        new Map<string, Value>([
          ['c', new Map([['k', [1n]]])],
          ['d', 1.5],
          [
            'Inner',
            new Map([
              ['x', 1n],
              ['y', 2n],
            ]),
          ],
        ]),
      ],
      ['Empty', new Map()],
    ),
  )
})

test.each([
  'if True:\n    A = 1',
  'for x in lambda: 1, 2:\n  A = 1',
  'with open("x") as f: A = 1',
  'try:\n\tA = 1\nexcept E:\n\tA = 2',
  'match x:\n  case 1:\n    A = 1',
  'async def __init__(self):\n  self.A = 1',
  'A = B = 1',
  'A, B = 1, 2',
  'A += 1',
  'd["A"] = 1',
  'this.A = 1',
  'A == 1',
  'f(A=1)',
  '# A = 1',
  '"""\nA = 1\n"""',
])('%j defines nothing', (source) => {
  expect(readPython(source, 'p.py')).toEqual(params())
})

test('the later of two assignments counts, at the place of the first', () => {
  const result = readPython('A = 1\nB = 2\nA = 3; self.C = 4\n(D) = 5', 'p.py')
  expect(result).toEqual(params(['A', 3n], ['B', 2n], ['C', 4n], ['D', 5n]))
  expect(result.ok && [...(result.value as Map<string, Value>).keys()]).toEqual(['A', 'B', 'C', 'D'])
})

test('lines are joined by brackets and backslashes; CRLF and missing last line end do not matter', () => {
  expect(readPython('A = [1,\r\n  2]\r\nB = \\\r\n 3', 'p.py')).toEqual(params(['A', [1n, 2n]], ['B', 3n]))
})

test.each<readonly [source: string, line: number]>([
  ['A = [1', 1],
  ['A = 1\nB = )', 2],
  ["A = 'x\nB = 1", 1],
  ['A = 012', 1],
  ['A =', 1],
  ['class K:\nA = 1', 1],
  ['A = 1\n  B = 2', 2],
  ['if x:\n    A = 1\n  B = 2', 3],
  ['A = $', 1],
  ['\ufeffA = 1', 1],
  ['A = {[1]: 2}', 1],
  ["A = b'é'", 1],
])('%j is refused at line %i', (source, line) => {
  expect(readPython(source, 'p.py')).toMatchObject({
    problems: [{ code: 'PARAMS_INVALID', at: { file: 'p.py', line } }],
  })
})

test('nesting without end is refused, not followed', () => {
  expect(readPython(`A = ${'('.repeat(1_000_000)}`, 'p.py')).toMatchObject({ problems: [{ code: 'PARAMS_INVALID' }] })
})
