import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { namesIn } from '../base/names-in.ts'
import { isInside, joinPath } from '../base/paths.ts'
import { isRunning, parseOwnerName, type ProcessOwner } from '../base/process-owner.ts'
import { readIfExists } from '../base/read-if-exists.ts'
import { readLockEntry } from '../project/lock/read-lock-entry.ts'
import { journalFolder, type JournalRecord } from './record-journal.ts'

/** A journal whose run has ended without writing it out. */
export interface LeftJournal {
  readonly records: readonly JournalRecord[]
  readonly remove: () => void
}

/** The journals of runs that are no more. */
export function leftJournals(root: string): readonly LeftJournal[] {
  return journals(root)
    .filter(({ owner }) => !isRunning(owner))
    .map(({ file }) => ({ records: recordsIn(file, root), remove: () => rmSync(file, { force: true }) }))
}

/** What runs have finished that dvc.lock may not have yet, of those under way too. */
export function unwrittenRecords(root: string): readonly JournalRecord[] {
  return journals(root).flatMap(({ file }) => recordsIn(file, root))
}

function journals(root: string): readonly { readonly owner: ProcessOwner; readonly file: string }[] {
  return namesIn(journalFolder(root)).flatMap((name) => {
    const owner = name.endsWith('.ndjson') ? parseOwnerName(basename(name, '.ndjson')) : undefined
    return owner === undefined ? [] : [{ owner, file: join(journalFolder(root), name) }]
  })
}

// A line that is half written, or that a killed process left so, is no record. A run that ends takes its journal away.
function recordsIn(file: string, root: string): readonly JournalRecord[] {
  return (readIfExists(file) ?? '')
    .split('\n')
    .flatMap((line) => parse(line) ?? [])
    .filter((record) => isInProject(record, root))
}

// The folder is ours, but may come from anywhere with a copy of the project.
function isInProject({ lock, ignore }: JournalRecord, root: string): boolean {
  const paths = [joinPath(root, lock), ...ignore.map(({ target }) => target)]
  return basename(lock) === 'dvc.lock' && paths.every((path) => isInside(path, root))
}

function parse(line: string): JournalRecord | undefined {
  try {
    const { v, entry, before, ...record } = JSON.parse(line) as Written
    const read = readLockEntry(entry, '')
    if (v !== 1 || read === undefined) return undefined
    return { ...record, entry: read, before: before === undefined ? undefined : readLockEntry(before, '') }
  } catch {
    return undefined
  }
}

type Written = Omit<JournalRecord, 'entry' | 'before'> & {
  readonly v: number
  readonly entry: string
  readonly before?: string
}
