import { basename } from 'node:path'
import type { Problem } from '../../base/problem.ts'
import { RunView } from '../../observe/run-view.ts'
import type { NotifyEvent, NotifyPolicy } from '../../policy/settings.ts'
import type { RunEvent } from '../../run/events.ts'
import { readRecord, type RunRecord } from '../../store/read-run.ts'
import { listRuns } from '../../store/run-files.ts'

/** Tells people of a run who do not look at it. */
export interface Notifier {
  readonly report: (event: RunEvent) => void
  /** Resolves when everybody has been told, to what did not work. `isMade`: the run has really done something. */
  readonly end: (exitCode: number, isMade: boolean) => Promise<readonly Problem[]>
}

/** `undefined`: nobody is to be told. */
export function openNotifier(
  policies: readonly NotifyPolicy[],
  context: { readonly root: string; readonly env: NodeJS.ProcessEnv },
): Notifier | undefined {
  if (policies.length === 0) return undefined
  const view = new RunView()
  const under: Promise<readonly Problem[]>[] = []
  const tell = (event: NotifyEvent, policy: NotifyPolicy, exitCode?: number): void => {
    under.push(send(event, policy, { ...context, view, exitCode }))
  }
  const timers = policies
    .filter(({ on }) => on.includes('long-running'))
    .map((policy) => setTimeout(() => tell('long-running', policy), Math.min(policy.longMs, longestTimer)).unref())
  return {
    report: (event) => view.apply(event),
    end: async (exitCode, isMade) => {
      timers.forEach((timer) => clearTimeout(timer))
      const event = isMade ? eventOf(exitCode, context.root) : undefined
      if (event !== undefined)
        policies.filter(({ on }) => on.includes(event)).forEach((policy) => tell(event, policy, exitCode))
      return (await Promise.all(under)).flat()
    },
  }
}

// Beyond 24 days a timer of Node fires at once.
const longestTimer = 2 ** 31 - 1

// Who ends a run knows of it.
function eventOf(exitCode: number, root: string): NotifyEvent | undefined {
  if (exitCode === 1 || exitCode === 5) return 'failed'
  const before = exitCode === 0 ? previousRun(root)?.state : undefined
  return before === 'failed' || before === 'interrupted' ? 'recovered' : undefined
}

function previousRun(root: string): RunRecord | undefined {
  const [, before] = listRuns(root)
  return before === undefined ? undefined : readRecord(root, before)
}

async function send(
  event: NotifyEvent,
  policy: NotifyPolicy,
  context: {
    readonly root: string
    readonly env: NodeJS.ProcessEnv
    readonly view: RunView
    readonly exitCode: number | undefined
  },
): Promise<readonly Problem[]> {
  const { root, env, view, exitCode } = context
  const [{ makeNotification }, { sendNotification }] = await Promise.all([
    import('../../observe/notification.ts'),
    import('../../observe/send-notification.ts'),
  ])
  const notification = makeNotification(event, view, { project: basename(root), exitCode, now: new Date() })
  return await sendNotification(notification, policy, { env, cwd: root })
}
