import { isDirectory } from '../../base/file-kind.ts'
import { relativeTo } from '../../base/paths.ts'
import { showControls } from '../../base/terminal-text.ts'
import type { DataSelection } from '../../model/select-data.ts'
import { type CheckoutReport, checkoutProject } from '../../run/checkout-project.ts'
import type { CliIo } from '../cli-io.ts'
import type { CheckoutFlags } from '../commands/checkout.ts'
import { answer, fail } from '../fail.ts'
import type { OpenProject } from '../open-project.ts'
import { whileHashing } from '../progress-line.ts'
import { tellLockWait } from '../tell-lock-wait.ts'
import { withData } from '../with-data.ts'

const nothingDone = { added: [], modified: [], failed: [] }

/** `restage checkout` */
export function checkout(io: CliIo, targets: readonly string[], flags: CheckoutFlags): Promise<number> {
  return withData({ io, targets, flags, nothingDone }, async (open, selections) => {
    const { root } = open.project
    const done = await checkOut(open, selections, { io, flags })
    if (!done.ok) return fail(done.problems, io, root, nothingDone)
    return answer(io, done.value.problems, {
      root,
      json: () => describe(done.value, root),
      text: () => (flags.summary ? counts(done.value) : pathsText(done.value, io)),
    })
  })
}

/** Checks out what was selected; how far hashing is and for whom it waits shows meanwhile. */
export function checkOut(
  { project, workspace }: OpenProject,
  selections: readonly DataSelection[],
  {
    io,
    flags,
  }: { readonly io: CliIo; readonly flags: Pick<CheckoutFlags, 'force' | 'relink' | 'allowMissing' | 'lockTimeout'> },
): ReturnType<typeof checkoutProject> {
  return whileHashing(io, (line) =>
    checkoutProject({
      project,
      workspace,
      selections,
      force: flags.force ?? false,
      relink: flags.relink ?? false,
      allowMissing: flags.allowMissing ?? false,
      lockTimeoutMs: flags.lockTimeout,
      onLockWait: tellLockWait(line.print),
    }),
  )
}

function pathsOf({ changes }: CheckoutReport, wanted: string): readonly string[] {
  return changes.filter(({ change }) => change === wanted).map(({ path }) => path)
}

/** The part of a report that `--json` holds. */
export function describe(report: CheckoutReport, root: string): object {
  const shown = (paths: readonly string[]): readonly string[] => paths.map((path) => relativeTo(root, path))
  return {
    added: shown(pathsOf(report, 'added')),
    modified: shown(pathsOf(report, 'modified')),
    failed: shown(report.failed),
  }
}

// DVC's lines: modified, then added; folders first, with a slash.
export function pathsText(report: CheckoutReport, { cwd, stdout: { colors } }: CliIo): string {
  const lines = (letter: string, paths: readonly string[]): string => {
    const shown = paths.map((path) => `${showControls(relativeTo(cwd, path))}${isDirectory(path) ? '/' : ''}`)
    const ordered = [
      ...shown.filter((path) => path.endsWith('/')).toSorted(),
      ...shown.filter((path) => !path.endsWith('/')).toSorted(),
    ]
    return ordered.map((path) => `${letter}\t${path}\n`).join('')
  }
  return lines(colors.yellow('M'), pathsOf(report, 'modified')) + lines(colors.green('A'), pathsOf(report, 'added'))
}

function counts(report: CheckoutReport): string {
  const parts = ['modified', 'added'].flatMap((change) => {
    const count = pathsOf(report, change).length
    return count === 0 ? [] : [`${count} ${count === 1 ? 'output' : 'outputs'} ${change}`]
  })
  return parts.length === 0 ? 'No changes.\n' : `${parts.join(' and ')}\n`
}
