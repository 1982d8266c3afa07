import { Argument, Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption, runArgument } from '../options.ts'

/** The flags of `restage cancel`. */
export interface CancelFlags {
  readonly kill?: true
}

export function cancelCommand(execute: Execute): Command {
  const command = new Command('cancel')
    .description('Ask a run under way, or one of its stages, to end')
    .addArgument(runArgument())
    .addArgument(new Argument('[stage]', 'only this stage; what depends on it does not run, the rest goes on'))
    .option('--kill', 'kill what runs instead of asking it')
    .addOption(jsonOption('what was asked'))
  examples(command, [
    ['restage cancel', 'the run that is under way'],
    ['restage cancel train', 'one stage of it'],
  ])
  return command.action((first: string | undefined, second: string | undefined, flags: CancelFlags) =>
    execute(async (io) => (await import('../actions/cancel.ts')).cancel(io, [first, second], flags)),
  )
}
