import { Argument, Command, Option } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption, runArgument, toCount } from '../options.ts'

/** The flags of `restage logs`. */
export interface LogsFlags {
  readonly follow?: true
  readonly attempt?: number
  readonly grep?: string
}

export function logsCommand(execute: Execute): Command {
  const command = new Command('logs')
    .description('Print what a stage wrote in a run, byte for byte')
    .addArgument(runArgument())
    .addArgument(new Argument('[stage]', 'the stage'))
    .option('-f, --follow', 'go on as more is written, until the stage has ended')
    .addOption(new Option('--attempt <number>', 'of this attempt (default: the last)').argParser(toCount))
    .option('--grep <pattern>', 'only lines that match this regular expression')
    .addOption(jsonOption('the lines'))
  examples(command, [
    ['restage logs train', 'of the last run'],
    ['restage logs -f train', 'while it runs'],
    ["restage logs 3fa2c1 train --attempt 1 --grep 'Error|Warning'", 'lines of the first attempt'],
  ])
  return command.action((first: string | undefined, second: string | undefined, flags: LogsFlags) =>
    execute(async (io) => (await import('../actions/logs.ts')).logs(io, [first, second], flags)),
  )
}
