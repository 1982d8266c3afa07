import type { TaskView } from '../../observe/run-view.ts'
import { isRunAlive } from '../../store/read-run.ts'
import type { CliIo } from '../cli-io.ts'
import type { RunFlags } from '../commands/run.ts'
import { fail } from '../fail.ts'
import { findRunAndTask } from '../history/find-run-and-task.ts'
import { shownAddress } from '../history/find-task.ts'
import { orFail, withHistory } from '../history/with-history.ts'
import { historyProblems } from '../history/problems.ts'
import { run } from './run.ts'

/** The flags of `restage retry`. */
export type RetryFlags = Omit<RunFlags, 'commit' | 'runCache'> & { readonly keepGoing?: true }

/** `restage retry` */
export function retry(io: CliIo, text: string | undefined, { keepGoing, ...flags }: RetryFlags): Promise<number> {
  return withHistory(io, (root) =>
    orFail(findRunAndTask(root, [text ?? 'last'], io), io, ({ run: id, view }) => {
      if (isRunAlive(root, id)) return fail([historyProblems.runUnderWay(id)], io)
      const targets = view.tasks.filter(isLeft).map(({ address }) => shownAddress(address, root, io.cwd))
      if (targets.length === 0) return fail([historyProblems.nothingToRetry(id)], io)
      return run(io, targets, {
        ...flags,
        commit: true,
        runCache: true,
        ...(keepGoing ? { onError: 'keep-going' } : {}),
      })
    }),
  )
}

function isLeft({ state, isWithheld }: TaskView): boolean {
  return !isWithheld && ['failed', 'blocked', 'cancelled', 'waiting', 'running'].includes(state)
}
