import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { FileHistory } from '../../../src/store/file-history.ts'
import type { History } from '../../../src/store/history.ts'
import { eventsFile, listRuns } from '../../../src/store/run-files.ts'
import { RunIndex } from '../../../src/store/run-index.ts'

/** What is wrong with the history of a project in which no run is alive (I6): the index is whole and says what the files
 * say, no run counts as running, and each run's events are numbered without a gap and name the end of a task once. */
export async function historyFaults(root: string): Promise<readonly string[]> {
  const wrong = [...indexFaults(root), ...listRuns(root).flatMap((run) => eventFaults(eventsFile(root, run)))]
  using files = new FileHistory(root)
  using index = await RunIndex.open(root)
  const [ours, truth] = [index === undefined ? 'no index' : told(index), told(files)]
  if (ours !== truth) wrong.push(`I6 the index says ${ours}, the files ${truth}`)
  const running = files.runs({ most: Infinity, states: ['running'] })
  return [...wrong, ...running.map(({ run }) => `I6 run ${run} counts as running`)]
}

// Before our code opens it, which would make a damaged one anew.
function indexFaults(root: string): readonly string[] {
  const file = join(root, '.restage/index.sqlite')
  if (!existsSync(file)) return []
  const db = new Libsql(file)
  try {
    const [row] = db.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[]
    return row?.integrity_check === 'ok' ? [] : [`I6 the index is damaged: ${row?.integrity_check}`]
  } catch (error) {
    return [`I6 the index does not open: ${String(error)}`]
  } finally {
    db.close()
  }
}

function eventFaults(file: string): readonly string[] {
  if (!existsSync(file)) return []
  // The last line is empty, or half of one.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const events = lines.map((line) => JSON.parse(line) as { seq: number; type: string; task?: string })
  const ended = events.flatMap(({ type, task }) => (type === 'task-ended' ? (task ?? []) : []))
  return [
    ...(events.every(({ seq }, index) => seq === index + 1) ? [] : [`I6 the numbers of events have gaps: ${file}`]),
    ...(new Set(ended).size === ended.length ? [] : [`I6 a task ended twice: ${file}`]),
  ]
}

function told(history: History): string {
  return JSON.stringify(history.runs({ most: 1e6 }))
}
