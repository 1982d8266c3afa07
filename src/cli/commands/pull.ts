import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { allowOutsideOption, examples, lockTimeoutOption } from '../options.ts'
import { addTransferOptions, type TransferFlags } from './transfer-options.ts'

/** The flags of `restage pull`. */
export interface PullFlags extends TransferFlags {
  readonly force?: true
  readonly allowMissing?: true
  readonly allowOutside?: true
}

export function pullCommand(execute: Execute): Command {
  const command = addTransferOptions(
    new Command('pull').description('Fetch recorded data and make the outputs in the workspace equal to it'),
    'what was fetched and changed',
  )
    .option('-f, --force', 'replace and delete files even if the cache does not hold their content')
    .option('--allow-missing', 'outputs whose data is nowhere are no error')
    .addOption(allowOutsideOption())
    .addOption(lockTimeoutOption())
  examples(command, [
    ['git pull && restage pull', 'the data that belongs to it'],
    ['restage pull train -d', 'what one stage needs'],
  ])
  return command.action((targets: readonly string[], flags: PullFlags) =>
    execute(async (io) => (await import('../actions/pull.ts')).pull(io, targets, flags)),
  )
}
