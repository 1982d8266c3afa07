import { join } from 'node:path'
import { namesIn } from '../base/names-in.ts'
import { restageFolder } from '../project/restage-path.ts'
import type { RunId } from '../run/events.ts'
import { isRunId } from '../run/run-id.ts'

/** What a run leaves behind: `.restage/runs/<run>/` with its events and a log for each attempt. Only the run itself writes
 * there, but for requests to it. */
export function runFolder(root: string, run: RunId): string {
  return join(runsFolder(root), run)
}

export function eventsFile(root: string, run: RunId): string {
  return join(runFolder(root, run), 'events.ndjson')
}

/** Ids of the runs that left something, newest first. */
export function listRuns(root: string): readonly RunId[] {
  return namesIn(runsFolder(root))
    .filter((name) => isRunId(name))
    .toSorted()
    .toReversed()
}

function runsFolder(root: string): string {
  return join(restageFolder(root), 'runs')
}
