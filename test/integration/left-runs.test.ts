import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { ownerName, thisProcess } from '../../src/base/process-owner.ts'
import { toLockEntry } from '../../src/project/lock/lock-entry.ts'
import { putLockEntries } from '../../src/project/lock/put-lock-entries.ts'
import { readLock } from '../../src/project/lock/read-lock.ts'
import { writeYaml } from '../../src/project/yaml/write-yaml.ts'
import { type JournalRecord, RecordJournal } from '../../src/run/record-journal.ts'
import { openRig, type Rig } from '../rig/open-rig.ts'
import { lastObject } from '../rig/verdicts.ts'

const journals = '.restage/journal'

/** What a run of `chain` has done when it is killed after two stages were written to dvc.lock and a third was not. */
async function killedRun(change: (record: JournalRecord) => JournalRecord = (record) => record): Promise<{
  readonly rig: Rig
  readonly lock: string
  readonly ignore: string
  readonly killed: string
}> {
  const rig = await openRig('chain')
  await rig.cli(['run']).result
  const at = (path: string): string => join(rig.root, path)
  const [lock, ignore] = [readFileSync(at('dvc.lock'), 'utf8'), readFileSync(at('.gitignore'), 'utf8')]
  const names = [...readLock(lock, 'dvc.lock').lock.entries.keys()]
  const [stage, rank] = [names.at(-1)!, names.length - 1]
  const line = ignore.trimEnd().split('\n').at(-1)!
  writeFileSync(at('dvc.lock'), lock.slice(0, lock.indexOf(`  ${stage}:\n`)))
  writeFileSync(at('.gitignore'), ignore.replace(`${line}\n`, ''))
  const journal = new RecordJournal(rig.root)
  const out = { target: at(line.slice(1)), order: [rank, 0] as const }
  const entry = toLockEntry(readLock(lock, 'dvc.lock').lock.entries.get(stage)!)
  journal.append(change({ lock: 'dvc.lock', stage, rank, entry, before: undefined, ignore: [out] }))
  journal.close({ isEmpty: false })
  // The process that wrote it is no more.
  const [own] = readdirSync(at(journals))
  const killed = join(journals, own!.replace(/^\d+/, '4194304'))
  renameSync(at(join(journals, own!)), at(killed))
  return { rig, lock, ignore, killed }
}

test('what a killed run had finished is recorded by the next one, and not run again', async () => {
  const { rig, lock, ignore } = await killedRun()
  await using _ = rig
  const result = await rig.cli(['run', '--json']).result
  const { tasks } = lastObject(result.stdout) as { tasks: { result: string }[] }
  expect(new Set(tasks.map((task) => task.result))).toEqual(new Set(['skipped']))
  expect(readFileSync(join(rig.root, 'dvc.lock'), 'utf8')).toBe(lock)
  expect(readFileSync(join(rig.root, '.gitignore'), 'utf8')).toBe(ignore)
  expect(readdirSync(join(rig.root, journals))).toEqual([])
})

test('a line that was half written counts for nothing', async () => {
  const { rig, lock, killed } = await killedRun()
  await using _ = rig
  const file = join(rig.root, killed)
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20))
  const result = await rig.cli(['run', '--json']).result
  const { tasks } = lastObject(result.stdout) as { tasks: { result: string }[] }
  expect(tasks.filter((task) => task.result !== 'skipped')).toMatchObject([{ result: 'restored' }])
  expect(readFileSync(join(rig.root, 'dvc.lock'), 'utf8')).toBe(lock)
})

test('an entry that was recorded anew since stays as it is', async () => {
  const { rig, lock } = await killedRun((record) => ({ ...record, entry: new Map([['cmd', 'something else']]) }))
  await using _ = rig
  writeFileSync(join(rig.root, 'dvc.lock'), lock)
  expect((await rig.cli(['run']).result).exitCode).toBe(0)
  expect(readFileSync(join(rig.root, 'dvc.lock'), 'utf8')).toBe(lock)
})

test('a journal that names files elsewhere is not followed', async () => {
  const { rig } = await killedRun((record) => ({ ...record, lock: '../dvc.lock' }))
  await using _ = rig
  expect((await rig.cli(['run']).result).exitCode).toBe(0)
  expect(readdirSync(join(rig.root, '..'))).not.toContain('dvc.lock')
})

test('the journal of a run that is under way is left to it', async () => {
  const { rig, killed } = await killedRun()
  await using _ = rig
  const journal = new RecordJournal(rig.root)
  journal.append({
    lock: 'dvc.lock',
    stage: 'x',
    rank: 0,
    entry: new Map([['cmd', 'x']]),
    before: undefined,
    ignore: [],
  })
  await rig.cli(['run']).result
  expect(readdirSync(join(rig.root, journals))).toEqual([expect.not.stringContaining(basename(killed))])
  journal.close({ isEmpty: true })
  expect(readdirSync(join(rig.root, journals))).toEqual([])
})

const isNothingLeft = async (rig: Rig): Promise<boolean> => {
  const { stdout } = await rig.cli(['plan', '--json']).result
  const { tasks } = JSON.parse(stdout) as { tasks: { decision: string }[] }
  return tasks.every(({ decision }) => decision === 'skip')
}

test('a plan sees what a killed run had finished and leaves it where it is, status says what DVC says', async () => {
  const { rig, killed } = await killedRun()
  await using _ = rig
  const before = await rig.snapshot()
  expect(await isNothingLeft(rig)).toBe(true)
  expect((await rig.cli(['status', '--exit-code']).result).exitCode).toBe(2)
  expect(await rig.snapshot()).toEqual(before)
  expect(readdirSync(join(rig.root, journals))).toEqual([basename(killed)])
})

test('a plan sees what a run under way has finished, and of an entry that was recorded since, that', async () => {
  const { rig, lock, killed } = await killedRun()
  await using _ = rig
  const own = join(rig.root, journals, `${ownerName(thisProcess())}.ndjson`)
  renameSync(join(rig.root, killed), own)
  expect(await isNothingLeft(rig)).toBe(true)
  // The same stage, recorded with another command by somebody else: the journal is out of date.
  writeFileSync(join(rig.root, 'dvc.lock'), lock.replace(/^( {4}cmd: )(?![^]*^ {4}cmd: )/m, '$1other; '))
  expect(await isNothingLeft(rig)).toBe(false)
})

test('a plan sees the new record of a stage that was recorded before, and nothing of it once it is older', async () => {
  const { rig, lock, killed } = await killedRun()
  await using _ = rig
  const { entries } = readLock(lock, 'dvc.lock').lock
  const [stage, record] = [...entries].at(-1)!
  const entry = toLockEntry(record)
  const before = new Map([...entry, ['cmd', 'what it was before']])
  const line = {
    v: 1,
    lock: 'dvc.lock',
    stage,
    rank: 0,
    ignore: [],
    entry: writeYaml(entry),
    before: writeYaml(before),
  }
  writeFileSync(join(rig.root, killed), `${JSON.stringify(line)}\n`)
  const at = (text: string): void =>
    writeFileSync(
      join(rig.root, 'dvc.lock'),
      putLockEntries(lock, [{ name: stage, entry: new Map([...entry, ['cmd', text]]), rank: 0 }], new Map()),
    )
  at('what it was before')
  expect(await isNothingLeft(rig)).toBe(true)
  at('something else')
  expect(await isNothingLeft(rig)).toBe(false)
})
