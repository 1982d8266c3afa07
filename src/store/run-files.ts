import { join } from 'node:path'
import { namesIn } from '../base/names-in.ts'
import { restageFolder } from '../project/restage-path.ts'
import type { RunId } from '../run/events.ts'

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

/** When a run started, by its id; ms since 1970. */
export function startOf(run: RunId): number {
  const [, year, month, day, hour, minute, second] = idPattern.exec(run) ?? []
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

const idPattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)-[0-9a-f]{6}$/

function isRunId(name: string): name is RunId {
  return idPattern.test(name)
}

function runsFolder(root: string): string {
  return join(restageFolder(root), 'runs')
}
