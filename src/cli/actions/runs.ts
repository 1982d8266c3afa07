import { formatDuration } from '../../base/duration.ts'
import { padColumns, showControls } from '../../base/terminal-text.ts'
import { countResultsText } from '../../observe/count-text.ts'
import { describeFailure } from '../../observe/describe-end.ts'
import { openHistory } from '../../store/open-history.ts'
import { listRuns } from '../../store/run-files.ts'
import type { RunRecord } from '../../store/read-run.ts'
import type { CliIo } from '../cli-io.ts'
import type { RunsFlags } from '../commands/runs.ts'
import { withHistory } from '../history/with-history.ts'

/** `restage runs` */
export function runs(io: CliIo, { number, failed, nameOnly }: RunsFlags): Promise<number> {
  return withHistory(io, async (root) => {
    using history = await openHistory(root)
    const states = failed ? (['failed', 'interrupted'] as const) : undefined
    const records = history.runs({ most: number, states })
    if (io.isJson) io.stdout.write(`${JSON.stringify({ runs: records, problems: [] })}\n`)
    else if (nameOnly) io.stdout.write(records.map(({ run }) => `${run}\n`).join(''))
    else io.stdout.write(records.length === 0 ? noneText(root) : records.map((run) => line(run, io)).join(''))
    return 0
  })
}

function noneText(root: string): string {
  return listRuns(root).length > 0
    ? 'No run failed or was cut off. `restage runs` lists all of them.\n'
    : 'Nothing has run here yet. `restage run` brings the project up to date.\n'
}

const signs = { running: '▶', succeeded: '✓', failed: '✗', cancelled: '■', interrupted: '✗' } as const

function line({ run, startedAt, state, durationMs, counts, failed }: RunRecord, { stdout: { colors } }: CliIo): string {
  const paint =
    state === 'succeeded' ? colors.green : state === 'running' || state === 'cancelled' ? colors.yellow : colors.red
  const [first] = failed
  const what =
    first === undefined
      ? state === 'interrupted'
        ? 'cut off: its process is gone'
        : state === 'running'
          ? 'running'
          : countResultsText(counts)
      : `${showControls(first.address)}: ${reasonText(first.reason)}${failed.length > 1 ? ` and ${failed.length - 1} more` : ''}`
  const took = durationMs === undefined ? '–' : formatDuration(durationMs)
  const when = new Date(startedAt).toLocaleString('sv').slice(0, 16)
  return `${paint(signs[state])} ${run}  ${colors.dim(when)}  ${padColumns(took, 6)}  ${what}\n`
}

function reasonText(reason: Parameters<typeof describeFailure>[0]): string {
  return describeFailure(reason, undefined)
}
