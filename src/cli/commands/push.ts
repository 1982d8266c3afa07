import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, lockTimeoutOption } from '../options.ts'
import { addTransferOptions, type TransferFlags } from './transfer-options.ts'

export function pushCommand(execute: Execute): Command {
  const command = addTransferOptions(
    new Command('push').description('Send recorded data from the cache to its remote'),
    'what was sent',
  ).addOption(lockTimeoutOption())
  examples(command, [
    ['restage push', 'the data of the whole project, to its remotes'],
    ['restage push -r backup model.pkl', 'one output, to another remote'],
    ['restage push --run-cache', 'results of earlier runs, for others to restore'],
  ])
  return command.action((targets: readonly string[], flags: TransferFlags) =>
    execute(async (io) => (await import('../actions/transfer.ts')).push(io, targets, flags)),
  )
}
