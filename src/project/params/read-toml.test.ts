import { expect, test } from 'vitest'
import { isMap, type Value } from '../../base/value.ts'
import { readToml } from './read-toml.ts'

function read(text: string): Value {
  const result = readToml(text, 'p.toml')
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.value
}

function keys(value: Value | undefined): readonly unknown[] {
  return isMap(value) ? [...value.keys()] : []
}

test('integers and floats stay apart, of any size', () => {
  expect(read('a = 1\nb = 1.0\nc = 9223372036854775807\nd = inf\ne = 0x10')).toEqual(
    new Map<string, Value>([
      ['a', 1n],
      ['b', 1],
      ['c', 9223372036854775807n],
      ['d', Infinity],
      ['e', 16n],
    ]),
  )
})

test('dates are foreign values, shown as Python shows them', () => {
  const value = read('a = 1979-05-27\nb = 07:32:00\nc = 1979-05-27T07:32:00Z\nd = 1979-05-27 00:32:00.5-07:00')
  expect(value).toEqual(
    new Map([
      ['a', { kind: 'date', text: '1979-05-27' }],
      ['b', { kind: 'time', text: '07:32:00' }],
      ['c', { kind: 'datetime', text: '1979-05-27 07:32:00+00:00' }],
      ['d', { kind: 'datetime', text: '1979-05-27 00:32:00.500000-07:00' }],
    ]),
  )
})

test('keys keep their order, numbers included', () => {
  const value = read(
    'z = 1 # 5 = 6\n"10" = "3 = 4"\n2.b = [\n  1, # x\n  {9 = 1, a = 2, 8 = 3},\n]\n[t . 7]\n"q\\"" = """\n1 = 2\n"""\n3 = \'\'\'x\'\'\'\n[[arr]]\n6 = {}\n5 = 1979-05-27\n',
  )
  expect(keys(value)).toEqual(['z', '10', '2', 't', 'arr'])
  const list =
    isMap(value) && isMap(value.get('2')) ? (value.get('2') as ReadonlyMap<string, Value>).get('b') : undefined
  expect(keys((list as readonly Value[])[1])).toEqual(['9', 'a', '8'])
  const inner = isMap(value) ? (value.get('t') as ReadonlyMap<string, Value>).get('7') : undefined
  expect(keys(inner)).toEqual(['q"', '3'])
  expect(inner).toEqual(
    new Map([
      ['q"', '1 = 2\n'],
      ['3', 'x'],
    ]),
  )
})

test('a fault has its place', () => {
  expect(readToml('a = 1\nb = \n', 'p.toml')).toMatchObject({
    problems: [{ code: 'PARAMS_INVALID', at: { file: 'p.toml', line: 2 } }],
  })
})
