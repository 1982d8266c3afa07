import { relativeTo } from '../../base/paths.ts'
import { showControls } from '../../base/terminal-text.ts'
import { openGit } from '../../git/git.ts'
import { addressFrom } from '../../model/address.ts'
import type { Stage } from '../../model/stage.ts'
import { commitProject } from '../../run/commit-project.ts'
import { calmCompiler } from '../calm-compiler.ts'
import { tellLockWait } from '../tell-lock-wait.ts'
import { withData } from '../with-data.ts'
import type { CliIo } from '../cli-io.ts'
import type { CommitFlags } from '../commands/commit.ts'
import { answer, fail } from '../fail.ts'
import { type ProgressLine, whileHashing } from '../progress-line.ts'
import { ask, canAsk } from '../run/confirm.ts'
import { addressesFrom } from '../shown-address.ts'

const nothingDone = { recorded: [], changedFiles: [] }

/** `restage commit` */
export function commit(io: CliIo, targets: readonly string[], flags: CommitFlags): Promise<number> {
  calmCompiler()
  return withData({ io, targets, flags, nothingDone }, async ({ project, workspace }, selections) => {
    const { root } = project
    const git = await openGit(root)
    const done = await whileHashing(io, (line) =>
      commitProject({
        project,
        workspace,
        git,
        stages: [...new Set(selections.map(({ stage }) => stage))],
        force: flags.force ?? false,
        relink: flags.relink,
        lockTimeoutMs: flags.lockTimeout,
        onLockWait: tellLockWait(line.print),
        ...confirmOn(io, line, addressesFrom(project, io.cwd)),
      }),
    )
    if (!done.ok) return fail(done.problems, io, root, nothingDone)
    const { recorded, changedFiles, problems } = done.value
    if (project.config.autostage && changedFiles.length > 0) await git?.add(changedFiles)
    return answer(io, problems, {
      root,
      json: () => ({
        recorded: recorded.map((stage) => addressFrom(stage, root, root)),
        changedFiles: changedFiles.map((file) => relativeTo(root, file)),
      }),
      text: () => changedFiles.map((file) => `Updated ${showControls(relativeTo(io.cwd, file))}\n`).join(''),
    })
  })
}

function confirmOn(
  io: CliIo,
  line: ProgressLine,
  address: (stage: Stage) => string,
): { readonly confirm?: (stage: Stage, changes: readonly string[]) => Promise<boolean> } {
  if (!canAsk(io)) return {}
  return {
    confirm: (stage, changes) => {
      line[Symbol.dispose]()
      return ask(`Stage '${address(stage)}' has changed (${showControls(changes.join(', '))}). Commit it? [y/n] `)
    },
  }
}
