import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { tryStat } from '../base/file-kind.ts'
import { refuseWindows } from '../base/platform.ts'
import type { Problem } from '../base/problem.ts'
import type { CliIo } from './cli-io.ts'
import { fail } from './fail.ts'
import { cliProblems } from './problems.ts'

/** Runs what a command does. It resolves to the command's exit code. */
export type Execute = (action: (io: CliIo) => Promise<number>) => Promise<void>

/** An `Execute` that first goes where `--cd` says and refuses systems on which nothing works. */
export function executeIn(io: CliIo, program: Command, setExitCode: (code: number) => void): Execute {
  return async (action) => {
    const { cd } = program.opts<{ readonly cd?: string }>()
    const cwd = cd === undefined ? io.cwd : resolve(io.cwd, cd)
    const refusal = refuseWindows() ?? refuseFolder(cwd, cd)
    if (refusal !== undefined) return setExitCode(fail([refusal], io))
    // Relative paths in the environment of commands, and tools we call, must mean the same as after a real `cd`.
    if (cd !== undefined) process.chdir(cwd)
    setExitCode(await action({ ...io, cwd: cd === undefined ? cwd : process.cwd() }))
  }
}

function refuseFolder(cwd: string, cd: string | undefined): Problem | undefined {
  if (cd === undefined || tryStat(() => statSync(cwd))?.isDirectory()) return undefined
  return cliProblems.folderMissing(cd)
}
