import { stageId } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { StageId } from '../model/stage.ts'
import { fromLockEntry, toLockEntry } from '../project/lock/lock-entry.ts'
import { isSameEntry } from '../project/lock/same-entry.ts'
import type { StageRecord } from '../project/record.ts'
import type { JournalRecord } from './record-journal.ts'

/** The project as it will be when runs have written out what they finished, for commands that only look. An entry that has
 * changed since is left as it is, as when it is written. `records` must have been read before the project was, because a
 * run writes the lock and then empties its journal. */
export function withUnwritten(project: Project, records: readonly JournalRecord[]): Project {
  const added = new Map<StageId, StageRecord>()
  for (const { lock, stage, entry, before } of records) {
    const id = stageId(lock.replace(/\.lock$/, '.yaml'), stage)
    const now = project.records.get(id)
    if (isSameEntry(now && toLockEntry(now), before)) added.set(id, fromLockEntry(entry))
  }
  return added.size === 0 ? project : { ...project, records: new Map([...project.records, ...added]) }
}
