import { Argument, Command } from 'commander'
import type { Execute } from '../execute.ts'
import { allowOutsideOption, examples, jsonOption, lockTimeoutOption, recursiveOption } from '../options.ts'

/** The flags of `restage update`. */
export interface UpdateFlags {
  readonly rev?: string
  readonly recursive?: true
  readonly allowOutside?: true
  readonly lockTimeout: number
}

export function updateCommand(execute: Execute): Command {
  const command = new Command('update')
    .description('Bring imported data anew where its source has changed, also of imports that are frozen')
    .addArgument(new Argument('<targets...>', '.dvc files of imports, or folders with -R'))
    .option('--rev <rev>', 'of imports from git repositories: from now on this branch, tag or commit')
    .addOption(recursiveOption())
    .addOption(allowOutsideOption())
    .addOption(lockTimeoutOption())
    .addOption(jsonOption('what was updated'))
  examples(command, [
    ['restage update data/raw.csv.dvc', 'one import'],
    ['restage update -R data && restage run', 'all of a folder, and what depends on it'],
  ])
  return command.action((targets: readonly string[], flags: UpdateFlags) =>
    execute(async (io) => (await import('../actions/update.ts')).update(io, targets, flags)),
  )
}
