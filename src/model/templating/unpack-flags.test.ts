import { expect, test } from 'vitest'
import type { Value, ValueMap } from '../../base/value.ts'
import { toText } from './to-text.ts'
import { defaultFlagStyle, unpackFlags } from './unpack-flags.ts'

const map = (entries: Readonly<Record<string, Value>>): ValueMap => new Map(Object.entries(entries))

test.each<[Readonly<Record<string, Value>>, string]>([
  [{ i: 1n, f: 1, e: 1e-5 }, '--i 1 --f 1.0 --e 1e-05'],
  [{ yes: true, no: false, none: null }, '--yes --none None'],
  [{ a: 'plain-1.2/x', b: 'a b', c: "it's", d: '', e: 'é' }, `--a plain-1.2/x --b 'a b' --c 'it'"'"'s' --d '' --e 'é'`],
  [{ list: [1n, 'a b', true, null], empty: [] }, "--list 1 'a b' True None"],
  [{ deep: map({ z: 1n, more: map({ y: 2n }), none: map({}) }) }, '--deep.z 1 --deep.more.y 2'],
  [{}, ''],
])('%s becomes %s', (entries, flags) => {
  expect(unpackFlags(map(entries), defaultFlagStyle)).toBe(flags)
})

test('the config chooses how false and lists are written', () => {
  const entries = map({ no: false, list: [1n, 2n] })
  expect(unpackFlags(entries, { bool: 'boolean_optional', list: 'append' })).toBe('--no-no --list 1 --list 2')
})

test('a list of lists is refused with its flag', () => {
  expect(unpackFlags(map({ a: map({ b: [[1n]] }) }), defaultFlagStyle)).toEqual({ key: 'a.b' })
})

test.each<[Value, string]>([
  ['text', 'text'],
  [true, 'true'],
  [null, 'None'],
  [1e16, '1e+16'],
  [['a', true], "['a', True]"],
])('%s stands in a text as %s', (value, text) => {
  expect(toText(value, defaultFlagStyle)).toBe(text)
})
