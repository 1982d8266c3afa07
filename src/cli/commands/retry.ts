import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, runArgument } from '../options.ts'
import { addRunOptions, type RunFlags } from './run.ts'

export function retryCommand(execute: Execute): Command {
  const command = addRunOptions(
    new Command('retry')
      .description('Run again what failed or did not start in a run; what is saved is not repeated')
      .addArgument(runArgument())
      .option('-k, --keep-going', 'after a failure go on with what does not depend on it'),
  )
  examples(command, [
    ['restage retry', 'what is left of the last run'],
    ['restage retry 3fa2c1 -j 1', 'of an earlier one, one stage after the other'],
  ])
  return command.action(
    (run: string | undefined, flags: Omit<RunFlags, 'commit' | 'runCache'> & { keepGoing?: true }) =>
      execute(async (io) => (await import('../actions/retry.ts')).retry(io, run, flags)),
  )
}
