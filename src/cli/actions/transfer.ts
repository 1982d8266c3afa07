import type { Problem } from '../../base/problem.ts'
import type { DataSelection } from '../../model/select-data.ts'
import { TransferTally } from '../../cache/remotes/transfer-tally.ts'
import { transferData, type TransferReport } from '../../run/transfer-data.ts'
import type { CliIo } from '../cli-io.ts'
import type { TransferFlags } from '../commands/transfer-options.ts'
import { answer } from '../fail.ts'
import type { OpenProject } from '../open-project.ts'
import { exitCodeOfCause, type StopCause, withSignals } from '../signals.ts'
import { openProgressLine } from '../progress-line.ts'
import { withData } from '../with-data.ts'

const nothingDone = { files: 0, runs: 0, called: [] }

/** `restage fetch` */
export function fetch(io: CliIo, targets: readonly string[], flags: TransferFlags): Promise<number> {
  return transfer('fetch', io, targets, flags)
}

/** `restage push` */
export function push(io: CliIo, targets: readonly string[], flags: TransferFlags): Promise<number> {
  return transfer('push', io, targets, flags)
}

function transfer(
  direction: 'push' | 'fetch',
  io: CliIo,
  targets: readonly string[],
  flags: TransferFlags,
): Promise<number> {
  return withData({ io, targets, flags, nothingDone }, async (open, selections) => {
    const report = await move(open, selections, { io, flags, direction, isAll: targets.length === 0 })
    const exitCode = answer(io, report.problems, {
      root: open.project.root,
      json: () => described(report),
      text: () =>
        `${movedText(report, direction === 'push' ? 'pushed' : 'fetched') || (report.cause === undefined ? 'Everything is up to date.' : 'Stopped.')}\n`,
    })
    return report.cause === undefined ? exitCode : exitCodeOfCause(report.cause)
  })
}

/** Moves data, and tells on stderr when another program is called for it. */
export async function move(
  { project, workspace }: OpenProject,
  selections: readonly DataSelection[],
  call: {
    readonly io: CliIo
    readonly flags: TransferFlags
    readonly direction: 'push' | 'fetch'
    readonly isAll: boolean
  },
): Promise<TransferReport & { readonly cause: StopCause | undefined }> {
  const { io, flags, direction, isAll } = call
  const tally = new TransferTally()
  using line = openProgressLine(io, direction === 'push' ? 'Pushing' : 'Fetching', tally)
  const { value, cause } = await withSignals((signals) =>
    transferData({
      project,
      workspace,
      direction,
      selections,
      isAll,
      remote: flags.remote,
      runCache: flags.runCache ?? false,
      jobs: flags.jobs,
      tally,
      signal: signals.stop,
      onCall: (call) => line.print(`Calling \`${call}\`, which knows how to reach this remote`),
    }),
  )
  return { ...value, cause }
}

/** The part of a report that `--json` holds. */
export function described({ files, runs, called }: TransferReport): object {
  return { files, runs, called }
}

/** `3 files pushed`, as DVC says it; empty if nothing was moved. */
export function movedText({ files, runs, called }: TransferReport, word: string): string {
  const parts = [
    ...(files > 0 ? [`${counted(files, 'file')} ${word}`] : []),
    ...(runs > 0 ? [`${counted(runs, 'result')} of earlier runs ${word}`] : []),
    ...called.map((name) => `remote '${name}' handled by dvc`),
  ]
  return parts.join(', ')
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
