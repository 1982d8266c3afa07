import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import { isList, isMap, type Scalar, type Value, type ValueMap } from '../../src/base/value.ts'
import { putLockEntries, type LockEdit } from '../../src/project/lock/put-lock-entries.ts'
import { readLock } from '../../src/project/lock/read-lock.ts'
import { readYaml } from '../../src/project/yaml/read-yaml.ts'
import { writeYamlEntry } from '../../src/project/yaml/write-yaml.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { coding, encode } from '../rig/coded-value.ts'
import { Choices, handmadeContent, handmadeLock, textOf, type HandmadeLock } from '../rig/handmade-lock.ts'
import { corpusTest } from '../rig/corpus.ts'
import { liveDvc, liveTest } from '../rig/live-dvc.ts'
import { notRunNote } from '../rig/peer-test.ts'
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
  /** With a line end behind it DVC reads something else: a block of text ends with the file. */
  readonly isOpen?: boolean
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
    is_open = not before.endswith("\\n") and typed(old) != typed(attempt(lambda: parse_yaml(before + "\\n", "before")))
    wanted = {**old, "stages": dict(old.get("stages", {}))}
    wanted["stages"].update({name: decode(coded) for name, coded in edits})
    new = attempt(lambda: parse_yaml(after, "after"))
    if not isinstance(new, dict) or not isinstance(new.get("stages"), dict): return {"isRead": True, "wrong": ["not read"], "lines": []}
    wrong = [str(key) for key in wanted if key != "stages" and typed(wanted[key]) != typed(new.get(key))]
    wrong += [] if list(wanted) == list(new) and list(wanted["stages"]) == list(new["stages"]) else ["order"]
    wrong += [name for name, entry in wanted["stages"].items() if typed(entry) != typed(new["stages"].get(name))]
    return {"isRead": True, "isOpen": is_open, "wrong": wrong, "lines": [lines(name, wanted["stages"][name]) for name, _ in edits]}
`

/** What DVC's own writer makes of it: whether it leaves the text as it is, and the text with the entries. */
const rewriting = `
from dvc.utils.serialize._yaml import _get_yaml
from io import StringIO
def rewrite(before, edits):
    def put(edits):
        yaml, out = _get_yaml(), StringIO()
        data = yaml.load(before)
        for name, coded in edits: data["stages"][name] = decode(coded)
        yaml.dump(data, out)
        return out.getvalue()
    return {"isCanonical": put([]) == before, "text": put(edits)}
`

function codesOf(edits: readonly LockEdit[]): readonly unknown[] {
  return edits.map(({ name, entry }) => [name, encode(entry)])
}

liveTest(
  'entries are put into locks written by hand, and all else stays byte for byte',
  (dvc, context) => {
    const all = fc.sample(cases, { numRuns: isLong ? 4000 : 400, seed })
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
    // Where entries share values with others, those may have to be written out; the last one as well if its text is open.
    const exact = read.filter((index) => !all[index]!.lock.isShared && verdicts[index]!.isOpen !== true)
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
  3 * 3_600_000,
)

interface CorpusCase {
  readonly file: string
  readonly before: string
  readonly edits: readonly LockEdit[]
}

/** Another command and another digest, one parameter fewer. */
function changed(entry: ValueMap): ValueMap {
  const outs = entry.get('outs')
  const digest = ['md5', '0'.repeat(32)] as const
  return new Map<Scalar, Value>([
    ...entry,
    ['cmd', [entry.get('cmd') ?? null, 'true']],
    ['outs', (isList(outs) ? outs : []).map((out) => (isMap(out) ? new Map([...out, digest]) : out))],
  ])
}

function stagesOf(text: string): ReadonlyMap<string, ValueMap> {
  const read = readYaml(text, '')
  const stages = read.ok && isMap(read.value.value) ? read.value.value.get('stages') : undefined
  return isMap(stages) ? (stages as ReadonlyMap<string, ValueMap>) : new Map()
}

function corpusCases(folder: string): readonly CorpusCase[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.lock'))
  return files.toSorted().flatMap((file) => {
    const before = readFileSync(join(folder, file), 'utf8')
    const entries = [...stagesOf(before)]
    const step = Math.ceil(entries.length / (isLong ? 20 : 4))
    const sampled = entries.filter((_, index) => index % step === 0)
    const edits = [...sampled, ['a new one', new Map([['cmd', 'x']])] as const].map(([name, entry], rank) => ({
      name,
      entry: changed(entry),
      rank,
    }))
    return readLock(before, file).problems.length > 0 ? [] : [{ file, before, edits }]
  })
}

corpusTest(
  'entries are put into the locks of real projects as DVC puts them',
  (folder, context) => {
    if (liveDvc === undefined) {
      context.skip(`${notRunNote}the real DVC is missing`)
      return
    }
    const limit = isLong ? Infinity : 4000
    const all = corpusCases(folder).filter(({ before }) => before.length < limit)
    const ours = all.map(({ before, edits }) => putLockEntries(before, edits))
    const input = all.map(({ before, edits }, index) => [before, ours[index], codesOf(edits)])
    const answers = askDvc<readonly { verdict: Verdict; theirs: { isCanonical: boolean; text: string } }[]>(
      liveDvc,
      `${judging}${rewriting}
result = [{"verdict": judge(before, after, edits), "theirs": rewrite(before, edits)} for before, after, edits in data]`,
      input,
    )
    const wrong = all.flatMap(({ file }, index) => answers[index]!.verdict.wrong.map((name) => `${file}: ${name}`))
    expect(wrong).toEqual([])
    const canonical = all.flatMap(({ file }, index) => {
      const { theirs, verdict } = answers[index]!
      return theirs.isCanonical && !verdict.lines.includes(null)
        ? [{ file, theirs: theirs.text, ours: ours[index] }]
        : []
    })
    expect(canonical.map(({ file, ours: text }) => [file, text])).toEqual(
      canonical.map(({ file, theirs }) => [file, theirs]),
    )
    expect(all.length).toBeGreaterThan(50)
    tally(
      context,
      `Locks of the corpus: ${all.length} of ${all.length} rewritten with all values right; ${canonical.length} of ${canonical.length} that are in the form of today's DVC equal its bytes`,
    )
  },
  3 * 3_600_000,
)

corpusTest(
  'each entry of each lock is replaced alone, and no other line changes',
  (folder, context) => {
    let count = 0
    const all = corpusCases(folder)
    for (const { file, before } of all) {
      const stages = stagesOf(before)
      const step = isLong ? 1 : Math.ceil(stages.size / 20)
      for (const [name, entry] of [...stages].filter((_, index) => index % step === 0)) {
        const after = putLockEntries(before, [{ name, entry: changed(entry), rank: 0 }])
        expect([file, [...stagesOf(after)]]).toEqual([file, [...new Map([...stages, [name, changed(entry)]])]])
        const others = changedLines(before, after).filter((line) => /^ {0,2}\S/.test(line))
        expect([file, others.length <= 1 ? [] : others]).toEqual([file, []])
        count++
      }
    }
    tally(context, `Locks of the corpus: ${count} of ${count} entries replaced one by one, in ${all.length} locks`)
  },
  3 * 3_600_000,
)

/** Lines of the first text between those that both texts begin and end with. */
function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let [start, end] = [0, 0]
  while (start < old.length && old[start] === now[start]) start++
  while (end < old.length - start && old.at(-1 - end) === now.at(-1 - end)) end++
  return old.slice(start, old.length - end)
}
