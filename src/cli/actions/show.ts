import { formatDuration } from '../../base/duration.ts'
import { relativeTo } from '../../base/paths.ts'
import { padColumns, showControls } from '../../base/terminal-text.ts'
import { formatSummary } from '../../observe/run-summary.ts'
import type { RunView } from '../../observe/run-view.ts'
import type { RunId } from '../../run/events.ts'
import { readRecord, type RunRecord } from '../../store/read-run.ts'
import type { CliIo } from '../cli-io.ts'
import { fail } from '../fail.ts'
import { findRun } from '../history/find-run.ts'
import { shownAddress } from '../history/find-task.ts'
import { viewRun } from '../history/view-run.ts'
import { orFail, withHistory } from '../history/with-history.ts'
import { historyProblems } from '../history/problems.ts'

/** `restage show` */
export function show(io: CliIo, text: string | undefined): Promise<number> {
  return withHistory(io, (root) =>
    orFail(findRun(root, text), io, (run) => {
      const [record, view] = [readRecord(root, run), viewRun(root, run)]
      if (record === undefined || view === undefined) return fail([historyProblems.runUnreadable(run)], io)
      if (io.isJson) io.stdout.write(`${JSON.stringify({ ...toJson(record, view, root), problems: [] })}\n`)
      else io.stdout.write(textOf(record, view, root, io))
      return 0
    }),
  )
}

function toJson(record: RunRecord, view: RunView, root: string): object {
  const tasks = view.tasks.map(
    ({ address, decision, state, attempts, startedAt, durationMs, exit, reason, unmet, isWithheld, log }) => ({
      address,
      decision,
      result: state,
      attempts,
      startedAt: startedAt === undefined ? null : new Date(startedAt).toISOString(),
      durationMs: durationMs ?? null,
      exit: exit ?? null,
      reason: reason ?? null,
      ...(unmet === undefined ? {} : { condition: unmet }),
      ...(isWithheld ? { isWithheld } : {}),
      log: log === undefined ? null : relativeTo(root, log),
    }),
  )
  return { ...record, tasks }
}

function textOf(record: RunRecord, view: RunView, root: string, io: CliIo): string {
  const { colors } = io.stdout
  const shown = (address: string): string => showControls(shownAddress(address, root, io.cwd))
  const next = nextSteps(record)
  const summary = formatSummary(view, { colors, shown, shownLog: (file) => relativeTo(io.cwd, file), next })
  const started = view.tasks.filter(({ startedAt, log }) => startedAt !== undefined && log !== undefined)
  const width = Math.min(40, Math.max(0, ...started.map(({ address }) => shown(address).length)))
  const times = started.map(({ address, state, durationMs, attempts }) => {
    const how = state === 'running' && record.state === 'interrupted' ? 'cut off' : state
    const took = durationMs === undefined ? '' : formatDuration(durationMs)
    return `  ${padColumns(shown(address), width)}  ${how}  ${took}${attempts > 1 ? `  ${attempts} attempts` : ''}`.trimEnd()
  })
  const cut =
    record.state === 'interrupted'
      ? [colors.red('This run was cut off: its process is gone, and what it had finished is saved')]
      : []
  const lines = [...cut, ...times]
  return summary + lines.map((line) => `${line}\n`).join('')
}

function nextSteps({ run, state, failed }: RunRecord): readonly (readonly [string, string])[] {
  if (state === 'running') return [[`restage cancel ${shortId(run)}`, 'asks it to end']]
  if (state === 'succeeded') return []
  const logs = failed
    .slice(0, 1)
    .map(({ address }) => [`restage logs ${shortId(run)} ${address}`, 'all that it wrote'] as const)
  return [[`restage retry ${shortId(run)}`, 'runs what failed or did not start'], ...logs]
}

/** The end of a run's id, which is enough to name it. */
function shortId(run: RunId): string {
  return run.slice(run.lastIndexOf('-') + 1)
}
