import type { CliIo } from '../cli-io.ts'
import type { PullFlags } from '../commands/pull.ts'
import { answer, fail } from '../fail.ts'
import { exitCodeOfCause } from '../signals.ts'
import { withData } from '../with-data.ts'
import { checkOut, describe, pathsText } from './checkout.ts'
import { described, hasErrors, move, movedText } from './transfer.ts'

const nothingDone = { files: 0, runs: 0, called: [], added: [], modified: [], failed: [] }

/** `restage pull`: as in DVC nothing is checked out if something could not be fetched, unless it may be missing. */
export function pull(io: CliIo, targets: readonly string[], flags: PullFlags): Promise<number> {
  return withData({ io, targets, flags, nothingDone }, async (open, selections) => {
    const { root } = open.project
    const fetched = await move(open, selections, { io, flags, direction: 'fetch', isAll: targets.length === 0 })
    if (fetched.cause !== undefined) {
      fail(fetched.problems, io, root, { ...nothingDone, ...described(fetched) })
      return exitCodeOfCause(fetched.cause)
    }
    // What is missing the checkout will tell, if it matters.
    const problems = fetched.problems.filter(({ code }) => code !== 'OBJECTS_MISSING' && code !== 'NOTHING_RECORDED')
    if (hasErrors(problems)) return fail(problems, io, root, { ...nothingDone, ...described(fetched) })
    const done = await checkOut(open, selections, { io, flags })
    if (!done.ok) return fail(done.problems, io, root, { ...nothingDone, ...described(fetched) })
    return answer(io, [...problems, ...done.value.problems], {
      root,
      json: () => ({ ...described(fetched), ...describe(done.value, root) }),
      text: () => {
        const paths = pathsText(done.value, io)
        const moved = movedText(fetched, 'fetched')
        return `${paths}${moved === '' ? (paths === '' ? 'Everything is up to date.\n' : '') : `${moved}\n`}`
      },
    })
  })
}
