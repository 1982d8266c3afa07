import fc from 'fast-check'
import { expect } from 'vitest'
import { formatFloat } from '../../src/base/python-number.ts'
import { pythonJson } from '../../src/base/python-json.ts'
import { isForeign, isList, isMap, type Scalar, type Value, type ValueMap } from '../../src/base/value.ts'
import { putLockEntries } from '../../src/project/lock/put-lock-entries.ts'
import { readYaml } from '../../src/project/yaml/read-yaml.ts'
import { writeYaml } from '../../src/project/yaml/write-yaml.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { liveTest } from '../rig/live-dvc.ts'

/** A value that crosses to Python and back without losing its type. */
type Coded = readonly [kind: string, content?: unknown]

function encode(value: Value): Coded {
  if (value === null) return ['none']
  if (typeof value === 'boolean') return ['bool', value]
  if (typeof value === 'bigint') return ['int', String(value)]
  if (typeof value === 'number') return ['float', formatFloat(value)]
  if (typeof value === 'string') return ['str', value]
  if (isList(value)) return ['list', value.map(encode)]
  if (isMap(value)) return ['dict', [...value].map(([key, item]) => [encode(key), encode(item)])]
  return ['other', isForeign(value) ? value.text : '']
}

const coding = `
from dvc.utils.serialize import dumps_yaml, loads_yaml, parse_yaml
def decode(coded):
    kind, content = coded[0], coded[-1]
    if kind == "none": return None
    if kind == "int": return int(content)
    if kind == "float": return float(content)
    if kind == "list": return [decode(item) for item in content]
    if kind == "dict": return {decode(key): decode(item) for key, item in content}
    return content
def encode(value):
    if value is None: return ["none"]
    if isinstance(value, bool): return ["bool", value]
    if isinstance(value, int): return ["int", str(value)]
    if isinstance(value, float): return ["float", repr(value)]
    if isinstance(value, str): return ["str", value]
    if isinstance(value, list): return ["list", [encode(item) for item in value]]
    if isinstance(value, dict): return ["dict", [[encode(key), encode(item)] for key, item in value.items()]]
    return ["other", str(value)]
def attempt(body):
    try: return body()
    except Exception: return None
`

const word = fc.constantFrom(
  'python train.py --lr 0.1',
  "it's",
  '"q"',
  'x:',
  '#',
  '${x}',
  '日本😀',
  '\\',
  '-',
  'w'.repeat(30),
  'z'.repeat(90),
  'true',
  '1e3',
  ':',
  '{a}',
)
const space = fc.constantFrom(' ', ' ', ' ', ' ', '  ', '\n', '\t', ' \\\n')
const text = fc.oneof(
  fc.array(fc.tuple(word, space), { maxLength: 20 }).map((all) => all.flat().join('')),
  fc.string({
    unit: fc.constantFrom(...'ab1 .:-\'"#,[]{}&*!|>%@`?=~\\$\n\té_e+', '\x7f', '\ufeff', '\x85'),
    maxLength: 12,
  }),
  fc.stringMatching(/^[-+]?[0-9_.]{0,3}[ex]?[-+]?[0-9a]{0,2}$/),
  fc.constantFrom('', 'null', '~', 'yes', 'False', '2020-01-01', '2020-13-45', '<<', '=', '---', '...', ' a', 'a '),
)
const scalar: fc.Arbitrary<Scalar> = fc.oneof(text, fc.bigInt(), fc.double(), fc.boolean(), fc.constant(null))
const { value: anyValue } = fc.letrec<{ value: Value; map: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('map')),
  map: fc.array(fc.tuple(fc.oneof(text, text, fc.bigInt()), tie('value')), { maxLength: 4 }).map((all) => new Map(all)),
}))

// The same sample each time, so that a failure can be looked at.
const sample = { numRuns: 1500, seed: 20_260_101 }

liveTest('YAML and JSON are written with the bytes of DVC, wherever DVC reads its own bytes back', (dvc) => {
  const values = fc.sample(anyValue, sample).map((value): ValueMap => new Map([['k', value]]))
  const expected = askDvc<readonly { readonly yaml: string; readonly json: string; readonly readsBack: boolean }[]>(
    dvc,
    `${coding}
def one(coded):
    value = decode(coded)
    text = dumps_yaml(value)
    return {"yaml": text, "json": json.dumps(value), "readsBack": encode(attempt(lambda: loads_yaml(text))) == encode(value)}
result = [one(coded) for coded in data]`,
    values.map(encode),
  )
  const faithful = expected.flatMap(({ readsBack }, index) => (readsBack ? [index] : []))
  expect(faithful.length).toBeGreaterThan(1000)
  expect(faithful.map((index) => writeYaml(values[index]!))).toEqual(faithful.map((index) => expected[index]!.yaml))
  expect(values.map((value) => pythonJson(value))).toEqual(expected.map(({ json }) => json))
})

liveTest('DVC reads what is written as the value that was meant', (dvc) => {
  const values = fc.sample(anyValue, sample).map((value): ValueMap => new Map([['k', value]]))
  const read = askDvc<readonly Coded[]>(
    dvc,
    `${coding}
result = [encode(attempt(lambda: loads_yaml(text))) for text in data]`,
    values.map(writeYaml),
  )
  // NaN keys and values have one text, which is all that is compared.
  expect(read).toEqual(values.map(encode))
})

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
  'plain\n    more',
  '=',
  '-',
  '- a',
  '{url: http://x}',
  '@',
  '*y',
)
const document = fc
  .array(fc.tuple(keys, leaf, fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((all) =>
    all.map(([key, value, nested]) => `${key}:${nested ? `\n  - ${value}\n  - k: 1` : ` ${value}`}\n`).join(''),
  )

liveTest('YAML is read as DVC reads it', (dvc) => {
  const texts = fc.sample(document, { ...sample, numRuns: 3000 })
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
  expect(expected.filter((coded) => coded !== null).length).toBeGreaterThan(800)
  expect(ours.map((coded, index) => [texts[index], coded])).toEqual(
    expected.map((coded, index) => [texts[index], coded]),
  )
})

const plainText = text.filter((candidate) => !/ {2}|[\\\t\x85]/.test(candidate) && candidate.length < 60)
const item = fc.record({ path: plainText, size: fc.nat() }).map(
  ({ path, size }) =>
    new Map<Scalar, Value>([
      ['path', path],
      ['hash', 'md5'],
      ['size', BigInt(size)],
    ]),
)
const entry = fc
  .record({
    cmd: plainText,
    deps: fc.array(item, { minLength: 1, maxLength: 3 }),
    lr: fc.oneof(fc.bigInt(), plainText, fc.boolean()),
  })
  .map(
    ({ cmd, deps, lr }): ValueMap =>
      new Map<Scalar, Value>([
        ['cmd', cmd],
        ['deps', deps],
        ['params', new Map([['params.yaml', new Map([['lr', lr]])]])],
      ]),
  )
const names = fc.constantFrom('train', 'fit@a b', '1', 'é', "it's", 'x: y', 'n'.repeat(130))

liveTest('entries are put into dvc.lock as DVC puts them', (dvc) => {
  const runs = fc.sample(fc.array(fc.tuple(names, entry), { minLength: 1, maxLength: 6 }), { ...sample, numRuns: 150 })
  const expected = askDvc<readonly (readonly string[])[]>(
    dvc,
    `${coding}
import os, tempfile
from dvc.utils.serialize import modify_yaml
def write(run):
    with tempfile.TemporaryDirectory() as folder:
        path, texts = os.path.join(folder, "dvc.lock"), []
        for name, coded in run:
            with modify_yaml(path) as lock:
                if not lock: lock.update({"schema": "2.0"})
                lock["stages"] = lock.get("stages", {})
                lock["stages"].update({name: decode(coded)})
            with open(path, newline="", encoding="utf-8") as file: texts.append(file.read())
        return texts
result = [write(run) for run in data]`,
    runs.map((run) => run.map(([name, value]) => [name, encode(value)])),
  )
  const ours = runs.map((run) => {
    let lock: string | undefined
    return run.map(([name, value]) => (lock = putLockEntries(lock, [{ name, entry: value, rank: 0 }])))
  })
  expect(ours).toEqual(expected)
})
