import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption } from '../options.ts'

export function replayCommand(execute: Execute): Command {
  const command = new Command('replay')
    .description('Tell a run again from a file of its events')
    .argument('<file>', 'what `restage run --events FILE` wrote, or `events.ndjson` of a run; `-`: standard input')
    .addOption(jsonOption('the result'))
  examples(command, [['restage run --events - | ssh elsewhere restage replay -', 'a run shown at another place']])
  return command.action((file: string) =>
    execute(async (io) => (await import('../actions/replay.ts')).replay(io, file)),
  )
}
