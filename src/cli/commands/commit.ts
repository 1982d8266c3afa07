import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import {
  allowOutsideOption,
  dataTargetsArgument,
  examples,
  jsonOption,
  lockTimeoutOption,
  recursiveOption,
} from '../options.ts'

/** The flags of `restage commit`. */
export interface CommitFlags {
  readonly force?: true
  readonly relink: boolean
  readonly withDeps?: true
  readonly recursive?: true
  readonly allowOutside?: true
  readonly lockTimeout: number
}

export function commitCommand(execute: Execute): Command {
  const command = new Command('commit')
    .description(
      'Record deps and outputs as they are now, and store the outputs in the cache, without running anything',
    )
    .addArgument(dataTargetsArgument())
    .option('-f, --force', 'do not ask about stages that have changed')
    .option('--no-relink', 'leave the files in the workspace as they are')
    .option('-d, --with-deps', 'also everything that the targets depend on')
    .addOption(recursiveOption())
    .addOption(allowOutsideOption())
    .addOption(lockTimeoutOption())
    .addOption(jsonOption('what was recorded'))
  examples(command, [
    ['restage run --no-commit && restage commit', 'look at results before they enter the cache'],
    ['restage commit -f clean', 'a change of code that does not change results'],
  ])
  return command.action((targets: readonly string[], flags: CommitFlags) =>
    execute(async (io) => (await import('../actions/commit.ts')).commit(io, targets, flags)),
  )
}
