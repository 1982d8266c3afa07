import { nearestName } from '../../base/nearest-name.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { RunId } from '../../run/events.ts'
import { listRuns } from '../../store/run-files.ts'
import { historyProblems } from './problems.ts'

/** The run that `text` names: its id, the beginning or the end of it, or `last`. `undefined` means the last one. */
export function findRun(root: string, text: string | undefined): Result<RunId> {
  const runs = listRuns(root)
  const [latest] = runs
  if (latest === undefined) return failed(historyProblems.noRuns())
  if (text === undefined || text === 'last') return ok(latest)
  const found = runs.filter((run) => run === text || run.startsWith(text) || run.endsWith(text))
  const [only, other] = found
  if (only === undefined) return failed(historyProblems.runNotFound(text, nearestName(text, runs)))
  return other === undefined || only === text ? ok(only) : failed(historyProblems.runAmbiguous(text, found.length))
}

/** True if `text` can only mean a run: stages may be called almost anything. */
export function looksLikeRun(text: string): boolean {
  return text === 'last' || /^\d{8}T\d{6}(-[0-9a-f]*)?$/.test(text)
}
