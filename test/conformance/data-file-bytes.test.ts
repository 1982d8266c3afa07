import fc from 'fast-check'
import { expect } from 'vitest'
import { isList, isMap, type Scalar, type Value, type ValueMap } from '../../src/base/value.ts'
import { writeDataFile } from '../../src/project/data-file/write-data-file.ts'
import { readYaml } from '../../src/project/yaml/read-yaml.ts'
import { writeYaml } from '../../src/project/yaml/write-yaml.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { coding, encode } from '../rig/coded-value.ts'
import { Choices, handmadeText } from '../rig/handmade-lock.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { tally } from '../rig/tally.ts'

const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const numRuns = process.env['RESTAGE_LONG'] === undefined ? 300 : 4000

interface Update {
  /** DVC's own, that with comments, or somebody's. */
  readonly form: 'own' | 'notes' | 'hand'
  readonly before: string
  readonly value: ValueMap
}

function pick(choices: Choices, options: readonly (readonly [Scalar, Value])[]): readonly (readonly [Scalar, Value])[] {
  return options.filter(() => !choices.rarely(3))
}

function out(choices: Choices): ValueMap {
  const path = choices.pick('data', 'a b', 'ä', "it's", '1', 'p'.repeat(85))
  const md5 = choices.pick('b026324c6904b2a9cb4b88d6d61c81d1', '12345678901234567890123456789012', 'a'.repeat(32))
  const meta = new Map<Scalar, Value>([
    ['by', choices.pick('me', 'a: b', 'long '.repeat(20))],
    ['tags', ['x', 1n, null]],
  ])
  const optional: readonly (readonly [Scalar, Value])[] = [
    ['nfiles', BigInt(choices.number(9))],
    ['isexec', true],
    ['hash', 'md5'],
    ['desc', choices.pick('about', 'a # b', "it's", 'line\nline\n')],
    ['labels', ['a', 'b']],
    ['meta', meta],
    ['cache', false],
  ]
  return new Map([['md5', md5], ['size', BigInt(choices.number(99))], ...pick(choices, optional), ['path', path]])
}

function content(choices: Choices): ValueMap {
  const outs = [out(choices), out(choices)].slice(choices.number(2))
  const deps = [new Map<Scalar, Value>([['path', '/data/x'], ['md5', 'c'.repeat(32)]])] // prettier-ignore
  const top: readonly (readonly [Scalar, Value])[] = [
    ['desc', 'a file'],
    ['md5', 'd'.repeat(32)],
    ['frozen', true],
    ['deps', deps],
  ]
  return new Map([...pick(choices, top), ['outs', outs], ...pick(choices, [['meta', new Map([['k', 1.5]])]])])
}

/** The same with some of its values changed, added or gone. */
function change(value: ValueMap, choices: Choices): ValueMap {
  const other = content(choices)
  const mixed = [...value].flatMap(([key, item]): readonly (readonly [Scalar, Value])[] => {
    if (key === 'outs' && isList(item)) return [[key, item.map((one) => (isMap(one) ? changeItem(one, choices) : one))]]
    return choices.rarely(5) ? [] : [[key, item]]
  })
  return choices.rarely(6)
    ? other
    : new Map([...mixed, ...[...other].filter(([key]) => !value.has(key) && choices.rarely(3))])
}

function changeItem(item: ValueMap, choices: Choices): ValueMap {
  const other = out(choices)
  const kept = [...item].filter(([key]) => key === 'path' || !choices.rarely(5))
  const renewed = kept.map(
    ([key, value]) => [key, choices.rarely(2) && key !== 'path' ? (other.get(key) ?? value) : value] as const,
  )
  return new Map([...renewed, ...[...other].filter(([key]) => !item.has(key) && choices.rarely(2))])
}

const updates = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 200, maxLength: 200 }).map((numbers): Update => {
  const choices = new Choices(numbers)
  const value = content(choices)
  const form = choices.pick<Update['form']>('own', 'notes', 'hand')
  const text = form === 'hand' ? handmadeText(value, choices) : writeYaml(value)
  return { form, before: form === 'notes' ? withNotes(text, choices) : text, value: change(value, choices) }
})

/** Comments above and behind lines, each different. */
function withNotes(text: string, choices: Choices): string {
  const lines = text.split('\n').flatMap((line, index) => {
    const isSimple = /^[- ]*\w+: \w+$/.test(line)
    const above = isSimple && choices.rarely(6) ? [`# about ${index}`] : []
    return [...above, isSimple && choices.rarely(6) ? `${line}  # note ${index}` : line]
  })
  return lines.join('\n')
}

interface Answer {
  /** DVC's text of the update. */
  readonly theirs: string
  /** DVC reads its text as what was meant. */
  readonly isFaithful: boolean
  /** DVC reads ours as what was meant, in the same order. */
  readonly isEqual: boolean
}

liveTest(
  '.dvc files are updated as DVC updates them: places, comments, and all that stays',
  (dvc, context) => {
    const all = fc.sample(updates, { numRuns, seed }).filter(({ before }) => readYaml(before, '').ok)
    const ours = all.map(({ before, value }) => writeDataFile(before, value))
    const answers = askDvc<readonly (Answer | null)[]>(
      dvc,
      `${coding}
from io import StringIO
from dvc.utils.collections import apply_diff
from dvc.utils.serialize import parse_yaml_for_update
from dvc.utils.serialize._yaml import _get_yaml
def dump(value):
    out = StringIO()
    _get_yaml().dump(value, out)
    return out.getvalue()
def typed(value):
    if isinstance(value, dict): return ["dict", [[typed(key), typed(item)] for key, item in value.items()]]
    if isinstance(value, list): return ["list", [typed(item) for item in value]]
    return [type(value).__name__, repr(value)]
def one(before, ours, coded):
    state = parse_yaml_for_update(before, "f")
    apply_diff(decode(coded), state)
    theirs = dump(state)
    meant = parse_yaml(before, "f")
    apply_diff(decode(coded), meant)
    read = [typed(attempt(lambda: parse_yaml(text, "f"))) == typed(meant) for text in (theirs, ours)]
    return {"theirs": theirs, "isFaithful": read[0], "isEqual": read[1]}
result = [attempt(lambda: one(*each)) for each in data]`,
      all.map(({ before, value }, index) => [before, ours[index], encode(value)]),
    )
    const judged = all.flatMap((update, index) => {
      const answer = answers[index]
      return answer ? [{ ...update, ours: ours[index]!, ...answer }] : []
    })
    expect(judged.filter(({ isEqual }) => !isEqual)).toEqual([])
    const canonical = judged.filter(({ form, isFaithful }) => form === 'own' && isFaithful)
    expect(canonical.map(({ ours: text }) => text)).toEqual(canonical.map(({ theirs }) => theirs))
    const lost = judged.filter(({ theirs, ours: text }) => notesOf(theirs).some((note) => !text.includes(note)))
    expect(lost).toEqual([])
    expect(judged.length).toBeGreaterThan(numRuns / 2)
    tally(
      context,
      `.dvc files: ${judged.length} of ${judged.length} updates read as DVC's; ${canonical.length} of ${canonical.length} in DVC's form equal its bytes (seed ${seed})`,
    )
  },
  3_600_000,
)

function notesOf(text: string): readonly string[] {
  return text.match(/# (?:note|about) \d+/g) ?? []
}
