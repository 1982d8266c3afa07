import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption, runArgument } from '../options.ts'

export function showCommand(execute: Execute): Command {
  const command = new Command('show')
    .description('Tell one run: what failed and why, what is saved, what did not start, how long each stage took')
    .addArgument(runArgument())
    .addOption(jsonOption('the run'))
  examples(command, [
    ['restage show', 'the last run'],
    ['restage show 3fa2c1', 'the run whose id ends so'],
  ])
  return command.action((run: string | undefined) =>
    execute(async (io) => (await import('../actions/show.ts')).show(io, run)),
  )
}
