import fc from 'fast-check'
import { expect } from 'vitest'
import { pythonJson } from '../../src/base/python-json.ts'
import type { Scalar, Value, ValueMap } from '../../src/base/value.ts'
import { writeDataFile } from '../../src/project/data-file/write-data-file.ts'
import { putLockEntries } from '../../src/project/lock/put-lock-entries.ts'
import { writeYaml } from '../../src/project/yaml/write-yaml.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { coding, encode, type Coded } from '../rig/coded-value.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { tally } from '../rig/tally.ts'
import { anyText, anyValue } from '../rig/yaml-values.ts'

const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const numRuns = process.env['RESTAGE_LONG'] === undefined ? 3000 : 20_000

/** A document with a generated value at a place that DVC writes, and our text of it. */
interface Written {
  readonly document: ValueMap
  readonly text: string
}

function map(...entries: readonly (readonly [Scalar, Value])[]): ValueMap {
  return new Map(entries)
}

function lockWith(name: string, ...entry: readonly (readonly [Scalar, Value])[]): Written {
  const stage = map(...entry)
  return {
    document: map(['schema', '2.0'], ['stages', map([name, stage])]),
    text: putLockEntries(undefined, [{ name, entry: stage, rank: 0 }]),
  }
}

function runCacheEntry(...entry: readonly (readonly [Scalar, Value])[]): Written {
  return { document: map(...entry), text: writeYaml(map(...entry)) }
}

function dataFile(document: ValueMap): Written {
  return { document, text: writeDataFile('', document) }
}

const md5 = ['md5', 'b026324c6904b2a9cb4b88d6d61c81d1'] as const

function item(path: string): ValueMap {
  return map(['path', path], ['hash', 'md5'], md5, ['size', 2n])
}

const written: fc.Arbitrary<Written> = fc.oneof(
  { weight: 3, arbitrary: anyText.map((text) => lockWith('s', ['cmd', text])) },
  fc.array(anyText).map((texts) => lockWith('s', ['cmd', texts])),
  {
    weight: 5,
    arbitrary: anyValue.map((value) =>
      lockWith('s', ['cmd', 'c'], ['params', map(['params.yaml', map(['p', value])])]),
    ),
  },
  fc
    .tuple(anyText, anyValue)
    .map(([key, value]) => lockWith('s', ['cmd', 'c'], ['params', map([key, map([key, value])])])),
  fc
    .tuple(anyText, anyText)
    .map(([dep, out]) => lockWith('s', ['cmd', 'c'], ['deps', [item(dep)]], ['outs', [item(out)]])),
  anyText.map((name) => lockWith(name, ['cmd', name])),
  fc
    .tuple(anyText, anyValue)
    .map(([cmd, value]) => runCacheEntry(['cmd', cmd], ['params', map(['params.yaml', map(['p', value])])])),
  fc
    .tuple(anyText, anyText, anyValue)
    .map(([path, desc, meta]) =>
      dataFile(
        map(['outs', [map(md5, ['size', 2n], ['hash', 'md5'], ['path', path], ['desc', desc], ['meta', meta])]]),
      ),
    ),
)

interface Answer {
  readonly yaml: string
  readonly json: string | null
  /** Does DVC read its own text as what it wrote? */
  readonly isFaithful: boolean
  readonly ours: Coded | null
}

liveTest(
  'YAML and JSON are written with the bytes of DVC, wherever DVC reads its own bytes back',
  (dvc, context) => {
    const all = fc.sample(written, { numRuns, seed })
    const codes = all.map(({ document }) => encode(document))
    const answers = askDvc<readonly Answer[]>(
      dvc,
      `${coding}
def one(coded, ours):
    value = decode(coded)
    text = dumps_yaml(value)
    return {
        "yaml": text,
        "json": attempt(lambda: json.dumps(value)),
        "isFaithful": encode(attempt(lambda: loads_yaml(text))) == coded,
        "ours": attempt(lambda: encode(loads_yaml(ours))),
    }
result = [one(coded, ours) for coded, ours in data]`,
      all.map(({ text }, index) => [codes[index], text]),
    )
    const differing = all.flatMap(({ text }, index) => (text === answers[index]!.yaml ? [] : [index]))
    const unlisted = differing.filter((index) => answers[index]!.isFaithful)
    tally(
      context,
      `YAML bytes: ${numRuns - differing.length} of ${numRuns} equal, ${differing.length - unlisted.length} departures (lossy scalars), ${unlisted.length} others (seed ${seed})`,
    )
    expect(unlisted.map((index) => all[index]!.text)).toEqual(unlisted.map((index) => answers[index]!.yaml))
    expect(differing.length).toBeLessThan(numRuns / 5)
    // Whatever we write, DVC reads what was meant.
    expect(answers.map(({ ours }) => ours)).toEqual(codes)
    expect(all.map(({ document }) => pythonJson(document))).toEqual(answers.map(({ json }) => json))
  },
  3_600_000,
)
