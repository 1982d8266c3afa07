import { rmSync } from 'node:fs'
import type { HistoryPolicy } from '../policy/settings.ts'
import { startOf } from '../run/run-id.ts'
import { isRunAlive } from './read-run.ts'
import { listRuns, runFolder } from './run-files.ts'

/** Removes the events and logs of runs beyond what is to be kept; what runs now always stays. */
export function sweepRuns(root: string, keep: HistoryPolicy, now: number): void {
  const oldest = keep.ms === undefined ? 0 : now - keep.ms
  const beyond = listRuns(root).filter((run, newer) => newer >= keep.runs || startOf(run) < oldest)
  for (const run of beyond) if (!isRunAlive(root, run)) rmSync(runFolder(root, run), { recursive: true, force: true })
}
