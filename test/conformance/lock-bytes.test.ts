import fc from 'fast-check'
import { expect } from 'vitest'
import { putLockEntries, type LockEdit } from '../../src/project/lock/put-lock-entries.ts'
import { readYaml } from '../../src/project/yaml/read-yaml.ts'
import { writeYamlEntry } from '../../src/project/yaml/write-yaml.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { coding, encode } from '../rig/coded-value.ts'
import { Choices, handmadeContent, handmadeLock, textOf, type HandmadeLock } from '../rig/handmade-lock.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { tally } from '../rig/tally.ts'

const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const isLong = process.env['RESTAGE_LONG'] !== undefined

const entropy = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 300, maxLength: 300 })

interface Case {
  readonly lock: HandmadeLock
  readonly before: string
  readonly edits: readonly LockEdit[]
}

const cases = entropy.map((numbers): Case => {
  const choices = new Choices(numbers)
  const lock = handmadeLock(choices)
  const names = choices.pick([...lock.entries.map(({ name }) => name), 'new'], ['new', 'new@2'])
  const edits = names
    .filter(() => !choices.rarely(2))
    .map((name, rank) => ({ name, entry: handmadeContent(choices), rank }))
  return { lock, before: textOf(lock), edits }
})

/** What DVC says of a lock before and after we put entries into it. */
interface Verdict {
  /** DVC reads the lock. */
  readonly isRead: boolean
  /** What reads otherwise than it should. */
  readonly wrong: readonly string[]
  /** DVC's own lines for the entries; `null` where it reads them as something else. */
  readonly lines: readonly (string | null)[]
}

const judging = `${coding}
def typed(value):
    if isinstance(value, dict): return ["dict", [[typed(key), typed(item)] for key, item in value.items()]]
    if isinstance(value, list): return ["list", [typed(item) for item in value]]
    return [type(value).__name__, repr(value)]
def lines(name, entry):
    text = dumps_yaml({"stages": {name: entry}})
    isFaithful = typed(attempt(lambda: loads_yaml(text))) == typed({"stages": {name: entry}})
    return text.split("\\n", 1)[1] if isFaithful else None
def judge(before, after, edits):
    old = attempt(lambda: parse_yaml(before, "before"))
    if not isinstance(old, dict) or not isinstance(old.get("stages", {}), dict): return {"isRead": False, "wrong": [], "lines": []}
    wanted = {**old, "stages": dict(old.get("stages", {}))}
    wanted["stages"].update({name: decode(coded) for name, coded in edits})
    new = attempt(lambda: parse_yaml(after, "after"))
    if not isinstance(new, dict) or not isinstance(new.get("stages"), dict): return {"isRead": True, "wrong": ["not read"], "lines": []}
    wrong = [str(key) for key in wanted if key != "stages" and typed(wanted[key]) != typed(new.get(key))]
    wrong += [] if list(wanted) == list(new) and list(wanted["stages"]) == list(new["stages"]) else ["order"]
    wrong += [name for name, entry in wanted["stages"].items() if typed(entry) != typed(new["stages"].get(name))]
    return {"isRead": True, "wrong": wrong, "lines": [lines(name, wanted["stages"][name]) for name, _ in edits]}
`

function codesOf(edits: readonly LockEdit[]): readonly unknown[] {
  return edits.map(({ name, entry }) => [name, encode(entry)])
}

liveTest(
  'entries are put into locks written by hand, and all else stays byte for byte',
  (dvc, context) => {
    const all = fc.sample(cases, { numRuns: isLong ? 10_000 : 500, seed })
    const ours = all.map(({ before, edits }) => (readYaml(before, '').ok ? putLockEntries(before, edits) : ''))
    const verdicts = askDvc<readonly Verdict[]>(
      dvc,
      `${judging}
result = [judge(*one) for one in data]`,
      all.map(({ before, edits }, index) => [before, ours[index], codesOf(edits)]),
    )
    const read = all.flatMap((_, index) => (verdicts[index]!.isRead ? [index] : []))
    const unread = read.filter((index) => ours[index] === '')
    expect(unread.map((index) => all[index]!.before)).toEqual([])
    const wrong = read.filter((index) => verdicts[index]!.wrong.length > 0)
    expect(wrong.map((index) => [all[index]!.before, ours[index], verdicts[index]!.wrong])).toEqual([])
    // Where entries share values with others, those may have to be written out.
    const exact = read.filter((index) => !all[index]!.lock.isShared)
    expect(exact.map((index) => ours[index])).toEqual(
      exact.map((index) => {
        const { lock, edits } = all[index]!
        const theirs = verdicts[index]!.lines
        const lines = edits.map(({ name, entry }, place): [string, string] => [
          name,
          (lock.column === 2 ? theirs[place] : null) ?? writeYamlEntry(name, entry, lock.column),
        ])
        return textOf(lock, new Map(lines))
      }),
    )
    expect(read.length).toBeGreaterThan(all.length * 0.7)
    tally(
      context,
      `Locks by hand: ${read.length} of ${read.length} rewritten with all else as it was, ${exact.length} of them compared byte for byte (seed ${seed})`,
    )
  },
  900_000,
)
