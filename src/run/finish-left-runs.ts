import { join } from 'node:path'
import { fileProblem } from '../base/file-problem.ts'
import { groupBy } from '../base/group-by.ts'
import { readIfExists } from '../base/read-if-exists.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { ValueMap } from '../base/value.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import type { LockPatience } from '../cache/lock-kind.ts'
import { withRepoLock } from '../cache/repo-lock.ts'
import { openGit } from '../git/git.ts'
import { toLockEntry } from '../project/lock/lock-entry.ts'
import { isSameEntry } from '../project/lock/same-entry.ts'
import { putLockEntries } from '../project/lock/put-lock-entries.ts'
import { readLock } from '../project/lock/read-lock.ts'
import { readDvcConfig } from '../project/config/read-dvc-config.ts'
import { IgnoreLines } from './ignore-lines.ts'
import { leftJournals } from './read-journal.ts'
import type { JournalRecord } from './record-journal.ts'

/** Brings into dvc.lock what killed runs had finished but not written there yet. An entry that has changed since is left
 * as it is: somebody has recorded the stage anew. Without such runs nothing is done and no lock is taken. */
export async function finishLeftRuns(
  root: string,
  { env, ...patience }: LockPatience & { readonly env: NodeJS.ProcessEnv },
): Promise<Result<void>> {
  if (leftJournals(root).length === 0) return ok(undefined)
  const config = readDvcConfig(root, env)
  if (!config.ok) return config
  const git = config.value.noScm ? undefined : await openGit(root)
  const held = await withRepoLock(root, { config: config.value, ...patience }, async () => {
    try {
      // Another process may have been faster.
      for (const { records, remove } of leftJournals(root)) {
        await using lines = new IgnoreLines(git)
        await lines.add(records.flatMap((record) => record.ignore))
        for (const [lock, ofLock] of groupBy(records, (record) => record.lock)) putRecords(join(root, lock), ofLock)
        remove()
      }
      return ok(undefined)
    } catch (error) {
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      return failed(problem)
    }
  })
  return held.ok ? held.value : held
}

function putRecords(file: string, records: readonly JournalRecord[]): void {
  const text = readIfExists(file)
  const read = text === undefined ? undefined : readLock(text, file)
  // A broken lock is its user's to mend; the results are found again in the run cache.
  if (read !== undefined && read.problems.length > 0) return
  const now = (stage: string): ValueMap | undefined => {
    const record = read?.lock.entries.get(stage)
    return record && toLockEntry(record)
  }
  const edits = records.filter(({ stage, before }) => isSameEntry(now(stage), before))
  if (edits.length === 0) return
  const ranks = new Map<string, number>()
  const after = putLockEntries(
    text,
    edits.map(({ stage, entry, rank }) => ({ name: stage, entry, rank })),
    ranks,
  )
  if (after !== text) writeAtomic(file, after)
}
