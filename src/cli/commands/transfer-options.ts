import { type Command, Option } from 'commander'
import { dataTargetsArgument, jsonOption, recursiveOption, toCount } from '../options.ts'

/** The flags that `fetch`, `pull` and `push` share. */
export interface TransferFlags {
  readonly remote?: string
  readonly runCache?: true
  readonly jobs?: number
  readonly withDeps?: true
  readonly recursive?: true
  readonly lockTimeout: number
}

/** Adds them to a command. */
export function addTransferOptions(command: Command, what: string): Command {
  return command
    .addArgument(dataTargetsArgument())
    .option('-r, --remote <name>', 'this remote; outputs that have another one of their own are left out')
    .option('--run-cache', 'also the results of earlier runs')
    .addOption(
      new Option('-j, --jobs <n>', 'files at a time (the `jobs` of the remote if it has any)').argParser(toCount),
    )
    .option('-d, --with-deps', 'also everything that the targets depend on')
    .addOption(recursiveOption())
    .addOption(jsonOption(what))
}
