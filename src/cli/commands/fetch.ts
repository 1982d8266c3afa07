import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, lockTimeoutOption } from '../options.ts'
import { addTransferOptions, type TransferFlags } from './transfer-options.ts'

export function fetchCommand(execute: Execute): Command {
  const command = addTransferOptions(
    new Command('fetch').description('Bring recorded data from its remote into the cache'),
    'what was fetched',
  ).addOption(lockTimeoutOption())
  examples(command, [
    ['restage fetch', 'the data of the whole project'],
    ['restage fetch train -d', 'what one stage needs'],
    ['restage fetch --run-cache', 'results of runs elsewhere, too'],
  ])
  return command.action((targets: readonly string[], flags: TransferFlags) =>
    execute(async (io) => (await import('../actions/transfer.ts')).fetch(io, targets, flags)),
  )
}
