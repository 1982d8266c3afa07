import { expect, test } from 'vitest'
import { isMap, type Value, type ValueMap } from '../../base/value.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { putLockEntries } from './put-lock-entries.ts'
import { scanLock } from './scan-lock.ts'

const entry: ValueMap = new Map<string, Value>([
  ['cmd', 'new'],
  [
    'outs',
    [
      new Map<string, Value>([
        ['path', 'o'],
        ['size', 1n],
      ]),
    ],
  ],
])
const lines = '    cmd: new\n    outs:\n    - path: o\n      size: 1\n'

const base = `schema: '2.0'
stages:
  a:
    cmd: one
    deps:
    - path: x
      size: 1
  b@1:
    cmd: "two\\n  c:\\n"
  c:
    cmd: three
`

function put(text: string | undefined, name: string, value: ValueMap, before: readonly string[] = []): string {
  return putLockEntries(text, [{ name, entry: value, rank: 1 }], new Map(before.map((later) => [later, 2])))
}

function entriesOf(text: string): ValueMap {
  const read = readYaml(text, 'dvc.lock')
  const stages = read.ok && isMap(read.value.value) ? read.value.value.get('stages') : undefined
  if (!isMap(stages)) throw new Error(`no stages in\n${text}`)
  return stages
}

test.each([undefined, '', '\n'])('a file that is not there (%j) begins with the schema', (text) => {
  expect(put(text, 'a', entry)).toBe(`schema: '2.0'\nstages:\n  a:\n${lines}`)
})

test('an entry is replaced where it stands', () => {
  expect(put(base, 'b@1', entry, ['a'])).toBe(base.replace('    cmd: "two\\n  c:\\n"\n', () => lines))
})

test('an entry that is the same leaves the text as it is', () => {
  const same: ValueMap = new Map([['cmd', 'three']])
  expect(put(base, 'c', same)).toBe(base)
})

test('a new entry goes to the end', () => {
  expect(put(base, 'd', entry)).toBe(`${base}  d:\n${lines}`)
})

test('a new entry goes before the first of those that come later', () => {
  expect(put(base, 'd', entry, ['c', 'b@1', 'nowhere'])).toBe(base.replace('  b@1:', () => `  d:\n${lines}  b@1:`))
})

test('many entries are put in one go as they would be one by one', () => {
  const edits = ['b@1', 'e', 'd', 'f', 'a', 'g'].map((name, index) => ({
    name,
    entry: new Map([['cmd', name]]),
    rank: (index * 5) % 7,
  }))
  const ranks = new Map(
    ['c', 'd', 'e', 'f', 'g'].map((name) => [name, edits.find((edit) => edit.name === name)?.rank ?? 3]),
  )
  let text = base
  for (const edit of edits) text = putLockEntries(text, [edit], ranks)
  expect(putLockEntries(base, edits, ranks)).toBe(text)
  expect([...entriesOf(text).keys()]).toEqual(['a', 'b@1', 'f', 'c', 'd', 'g', 'e'])
})

test('of two edits of one name the later counts', () => {
  const edits = ['x', 'y'].map((cmd) => ({ name: 'a', entry: new Map([['cmd', cmd]]), rank: 0 }))
  expect(putLockEntries(undefined, edits)).toBe("schema: '2.0'\nstages:\n  a:\n    cmd: y\n")
})

test('a new entry stays within the stages', () => {
  const text = `stages:\n  a:\n    cmd: x\ndatasets:\n- name: d\nschema: '2.0'\n`
  expect(put(text, 'b', entry)).toBe(text.replace('datasets', () => `  b:\n${lines}datasets`))
})

test.each([
  [
    'quotes, comments and old line breaks',
    `schema: "2.0"  # v\nstages:\n  # first\n  a:   # mine\n    cmd: 'x'\n    deps: [{path: a, md5: "b:"},\n      c]\n\n  z:\n    cmd: 1.0e-3\n`,
  ],
  [
    'wide indentation',
    "schema: '2.0'\nstages:\n    z:\n        cmd: >-\n            z:\n            y\n        deps:\n            -   path: p\n",
  ],
  ['no line end at the end', "schema: '2.0'\nstages:\n  z:\n    cmd: 'q:\n\n      r'"],
  ['CR LF line ends', "schema: '2.0'\r\nstages:\r\n  z:\r\n    cmd: x\r\n"],
  ['a byte order mark', "\uFEFFschema: '2.0'\nstages:\n  z:\n    cmd: x\n"],
  [
    'texts that look like keys',
    `schema: '2.0'\nstages:\n  z:\n    cmd: a\n      "b\n      c: d'\n    params: {}\n  "q: r":\n    cmd: "m\n\n      n: o"\n`.replace(
      'c: d',
      'c d',
    ),
  ],
])('all other text stays as it is: %s', (_, text) => {
  const result = put(text, 'n', entry)
  expect(result.startsWith(text)).toBe(true)
  expect([...entriesOf(result)]).toEqual([...entriesOf(text), ['n', entry]])
  expect(scanLock(text)).toBeDefined()
})

test('comments around a replaced entry stay, and new lines end as the others do', () => {
  const text =
    "schema: '2.0'\r\nstages:\r\n  # about a\r\n  a: # mine\r\n    cmd: x\r\n    # inside\r\n    deps: []\r\n\r\n  # about b\r\n  b:\r\n    cmd: y\r\n"
  const expected = `schema: '2.0'\n`.replace('\n', '\r\n')
  expect(put(text, 'a', entry)).toBe(
    `${expected}stages:\r\n  # about a\r\n  a: # mine\r\n${lines.replaceAll('\n', '\r\n')}\r\n  # about b\r\n  b:\r\n    cmd: y\r\n`,
  )
})

test('names that need quotes are found', () => {
  const names = ['1', 'true', 'é', ' lead', "it's", 'x: y', '#a', 'n'.repeat(130), '"q"', '']
  let text: string | undefined
  for (const name of names) text = put(text, name, new Map([['cmd', name]]))
  for (const name of names) text = put(text, name, new Map([['cmd', `${name}!`]]))
  expect([...entriesOf(text ?? '')]).toEqual(names.map((name) => [name, new Map([['cmd', `${name}!`]])]))
})

test('anchors are numbered through the file', () => {
  const shared = [1n]
  const twice: ValueMap = new Map<string, Value>([
    ['cmd', 'x'],
    [
      'params',
      new Map([
        [
          'p',
          new Map([
            ['a', shared],
            ['b', shared],
          ]),
        ],
      ]),
    ],
  ])
  const first = put(undefined, 'a', twice)
  const both = put(first, 'b', twice)
  expect(first.match(/[&*]id\d+/g)).toEqual(['&id001', '*id001'])
  expect(both.match(/[&*]id\d+/g)).toEqual(['&id001', '*id001', '&id002', '*id002'])
  expect(put(both, 'a', entry).match(/[&*]id\d+/g)).toEqual(['&id001', '*id001'])
})

test('an anchor of DVC that nobody refers to any more goes', () => {
  const text = "schema: '2.0'\nstages:\n  a:\n    cmd: &id001 [x]\n  b:\n    cmd: *id001\n  c:\n    cmd: &mine [y]\n"
  expect(put(text, 'b', entry)).toBe(
    `schema: '2.0'\nstages:\n  a:\n    cmd: [x]\n  b:\n${lines}  c:\n    cmd: &mine [y]\n`,
  )
})

test('aliases keep their anchors when an entry with anchors of its own comes between', () => {
  const shared = [1n]
  const twice = new Map([['cmd', new Map([...'pq'].map((key) => [key, shared]))]])
  const text = "schema: '2.0'\nstages:\n  a:\n    cmd: &id001 [x]\n  b:\n    cmd: 1\n  c:\n    cmd: *id001\n"
  expect(put(text, 'b', twice)).toBe(
    "schema: '2.0'\nstages:\n  a:\n    cmd: &id002 [x]\n  b:\n    cmd:\n      p: &id001\n      - 1\n      q: *id001\n  c:\n    cmd: *id002\n",
  )
})

test('what refers into a replaced entry is written out, by way of others too', () => {
  const text = `schema: "2.0"
stages:
  a:
    cmd: &c [x]
  b: # mine
    cmd: &d [*c]
  c:
    cmd: [*d]
  d:
    cmd: [y]
`
  expect(put(text, 'a', entry)).toBe(`schema: "2.0"
stages:
  a:
${lines}  b: # mine
    cmd:
    - - x
  c:
    cmd:
    - - - x
  d:
    cmd: [y]
`)
})

test.each([
  ['no entries', 'stages: {}\n', `stages:\n  a:\n${lines}`],
  ['no entries, more below', "stages: {} # none\nschema: '2.0'\n", `stages: # none\n  a:\n${lines}schema: '2.0'\n`],
  ['no stages', "schema: '2.0' # v\ndatasets: []\n", `schema: '2.0' # v\ndatasets: []\nstages:\n  a:\n${lines}`],
  ['no stages, no line end', "schema: '2.0'", `schema: '2.0'\nstages:\n  a:\n${lines}`],
  [
    'directive and marks',
    '%YAML 1.2\n---\nstages:\n  b:\n    cmd: x\n...\n',
    `%YAML 1.2\n---\nstages:\n  b:\n    cmd: x\n  a:\n${lines}...\n`,
  ],
  [
    'entries in flow style',
    '\uFEFFstages:\r\n  a: {cmd: x} # c\r\n  b: {cmd: y}\r\n',
    `\uFEFFstages:\r\n  a:\r\n${lines.replaceAll('\n', '\r\n')}  b: {cmd: y}\r\n`,
  ],
  ['a tag', 'stages: !!map\n  a: !!map\n    cmd: x\n  # b\n', `stages: !!map\n  a:\n${lines}  # b\n`],
  ['a tab', 'stages:\n  a:\n    cmd: "x\ty"\n  b: 1\n', `stages:\n  a:\n${lines}  b: 1\n`],
  ['old line ends', 'stages:\r  a:\r    cmd: x\r  b: 1\r', `stages:\r  a:\n${lines}  b: 1\r`],
  [
    'a text with blank lines at its end',
    'stages:\n  b:\n    cmd: |+\n      x\n\n  a:\n    cmd: y\n',
    `stages:\n  b:\n    cmd: |+\n      x\n\n  a:\n${lines}`,
  ],
])('a file that the lines alone do not tell of keeps its text: %s', (_, text, expected) => {
  expect(scanLock(text)).toBeUndefined()
  expect(put(text, 'a', entry)).toBe(expected)
})

test.each(['|', '|+', '>'])(
  'a block of text (%s) that ends with the file keeps its value when an entry comes after it',
  (style) => {
    const text = `stages:\n  a:\n    cmd: one\n  z:\n    cmd: ${style}\n      two\n      three`
    const after = put(text, 'new', entry)
    expect([...entriesOf(after)]).toEqual([...entriesOf(text), ['new', entry]])
    expect(after.startsWith('stages:\n  a:\n    cmd: one\n  z:\n    cmd: ')).toBe(true)
  },
)

test('stages in flow style are written anew', () => {
  const text = `{schema: '2.0', stages: {a: {cmd: x}, b: {cmd: y}}}\n`
  expect(put(text, 'a', entry)).toBe(`schema: '2.0'\nstages:\n  a:\n${lines}  b:\n    cmd: y\n`)
})

test('a file that is no lock is a bug of the caller', () => {
  expect(() => put('a: "', 'a', entry)).toThrow('Internal error')
})
