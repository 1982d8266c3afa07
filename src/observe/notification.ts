import { formatDuration } from '../base/duration.ts'
import { lastLines } from '../base/last-lines.ts'
import { neutralizeLine, showControls } from '../base/terminal-text.ts'
import { unreachable } from '../base/unreachable.ts'
import type { NotifyEvent } from '../policy/settings.ts'
import { countResultsText } from './count-text.ts'
import { describeFailure } from './describe-end.ts'
import type { RunView, TaskView } from './run-view.ts'

/** What is told of a run to people who do not look at it, as JSON: chat programs show `text`. */
export interface Notification {
  readonly event: NotifyEvent
  /** The whole message in a few lines. */
  readonly text: string
  readonly project: string
  readonly run: string
  /** Absent while it runs. */
  readonly exitCode: number | null
  readonly durationMs: number
  readonly failed: readonly { readonly address: string; readonly reason: TaskView['reason'] }[]
}

/** Words a run for somebody who is asked at night: what, why, what is safe, what to do. `project`: its name. */
export function makeNotification(
  event: NotifyEvent,
  view: RunView,
  run: { readonly project: string; readonly exitCode: number | undefined; readonly now: Date },
): Notification {
  const failed = view.tasks.filter(({ state }) => state === 'failed')
  return {
    event,
    text: words(event, view, failed, run).join('\n'),
    project: run.project,
    run: view.run ?? '',
    exitCode: run.exitCode ?? null,
    durationMs: run.now.getTime() - view.startedAt,
    failed: failed.map(({ address, reason }) => ({ address, reason })),
  }
}

function words(
  event: NotifyEvent,
  view: RunView,
  failed: readonly TaskView[],
  { project, now }: { readonly project: string; readonly now: Date },
): readonly string[] {
  const at = now.toTimeString().slice(0, 5)
  const name = showControls(project)
  const took = formatDuration(now.getTime() - view.startedAt)
  switch (event) {
    case 'failed':
      return [
        `✗ ${name} failed at ${at}${headOf(failed)}`,
        ...detailsOf(failed),
        ...leftOf(view),
        ...commands(view, failed),
      ]
    case 'recovered':
      return [`✓ ${name} runs again: done at ${at} after ${took}   ${countResultsText(view.counts)}`]
    case 'long-running': {
      const running = view.running.map(({ address }) => showControls(address)).join(', ')
      return [`▶ ${name} has been running for ${took}: ${running}`, `  stop it  restage cancel ${shortId(view)}`]
    }
    default:
      return unreachable(event)
  }
}

function headOf([first, ...others]: readonly TaskView[]): string {
  if (first === undefined) return ''
  const reason = describeFailure(first.reason, formatDuration(first.durationMs ?? 0))
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  return ` – stage ${showControls(first.address)} (${reason})${more}`
}

// The last words of what failed first. Secrets are masked in logs already.
function detailsOf([first]: readonly TaskView[]): readonly string[] {
  if (first?.log === undefined) return []
  const last = lastLines(first.log, 20).findLast((line) => line.trim() !== '')
  const attempts = first.attempts > 1 ? [`  attempt ${first.attempts} was the last`] : []
  return [...(last === undefined ? [] : [`  ${neutralizeLine(last, false).slice(0, longestLine)}`]), ...attempts]
}

const longestLine = 300

function leftOf(view: RunView): readonly string[] {
  const left = view.count('blocked', 'cancelled', 'waiting')
  const saved = view.count('ran', 'restored', 'pulled', 'verified', 'imported')
  const counts = [...(left > 0 ? [`not run: ${left}`] : []), ...(saved > 0 ? [`finished and saved: ${saved}`] : [])]
  return counts.length === 0 ? [] : [`  ${counts.join('; ')}`]
}

function commands(view: RunView, [first]: readonly TaskView[]): readonly string[] {
  const log = first === undefined ? '' : `log  restage logs ${shortId(view)} ${showControls(first.address)}     `
  return [`  ${log}retry  restage retry ${shortId(view)}`]
}

function shortId({ run = '' }: { readonly run: string | undefined }): string {
  return run.slice(run.lastIndexOf('-') + 1)
}
