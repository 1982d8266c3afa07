import { Command, Option } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption, toCount } from '../options.ts'

/** The flags of `restage runs`. */
export interface RunsFlags {
  readonly number: number
  readonly failed?: true
  readonly nameOnly?: true
}

export function runsCommand(execute: Execute): Command {
  const command = new Command('runs')
    .description('List earlier runs and those under way, newest first')
    .addOption(new Option('-n, --number <count>', 'how many').default(20).argParser(toCount))
    .option('--failed', 'only runs that failed or were cut off')
    .option('--name-only', 'only ids, one a line')
    .addOption(jsonOption('the runs'))
  examples(command, [
    ['restage runs', 'the last twenty'],
    ['restage runs --failed', 'what went wrong lately'],
  ])
  return command.action((flags: RunsFlags) =>
    execute(async (io) => (await import('../actions/runs.ts')).runs(io, flags)),
  )
}
