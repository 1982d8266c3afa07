import { showControls } from '../../base/terminal-text.ts'
import { isRunAlive } from '../../store/read-run.ts'
import { requestEnd } from '../../store/run-requests.ts'
import type { CliIo } from '../cli-io.ts'
import type { CancelFlags } from '../commands/cancel.ts'
import { fail } from '../fail.ts'
import { findRunAndTask } from '../history/find-run-and-task.ts'
import { orFail, withHistory } from '../history/with-history.ts'
import { historyProblems } from '../history/problems.ts'

/** How long a run may take to notice. */
const noticeMs = 5000

/** `restage cancel` */
export function cancel(io: CliIo, names: readonly (string | undefined)[], { kill }: CancelFlags): Promise<number> {
  return withHistory(io, (root) =>
    orFail(findRunAndTask(root, names, io), io, async ({ run, task }) => {
      if (!isRunAlive(root, run)) return fail([historyProblems.runEnded(run)], io)
      const how = kill ? ('kill' as const) : ('gently' as const)
      const request = task === undefined ? { how } : { how, task: task.task }
      const noticed = await requestEnd(root, run, request, noticeMs)
      if (!noticed) return fail([historyProblems.runEnded(run)], io)
      const address = task?.address ?? null
      if (io.isJson) io.stdout.write(`${JSON.stringify({ run, address, how, problems: [] })}\n`)
      else
        io.stdout.write(
          `${address === null ? `Run ${run}` : `\`${showControls(address)}\` of run ${run}`} was asked to end\n`,
        )
      return 0
    }),
  )
}
