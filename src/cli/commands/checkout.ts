import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import {
  allowOutsideOption,
  dataTargetsArgument,
  examples,
  jsonOption,
  lockTimeoutOption,
  recursiveOption,
} from '../options.ts'

/** The flags of `restage checkout`. */
export interface CheckoutFlags {
  readonly force?: true
  readonly relink?: true
  readonly allowMissing?: true
  readonly summary?: true
  readonly withDeps?: true
  readonly recursive?: true
  readonly allowOutside?: true
  readonly lockTimeout: number
}

export function checkoutCommand(execute: Execute): Command {
  const command = new Command('checkout')
    .description('Make outputs in the workspace equal to what is recorded, from the cache')
    .addArgument(dataTargetsArgument())
    .option('-f, --force', 'replace and delete files even if the cache does not hold their content')
    .option('--relink', 'make files anew that are of another kind of link than `cache.type` asks for')
    .option('--allow-missing', 'outputs whose data is not in the cache are no error')
    .option('--summary', 'print counts instead of paths')
    .option('-d, --with-deps', 'also everything that the targets depend on')
    .addOption(recursiveOption())
    .addOption(allowOutsideOption())
    .addOption(lockTimeoutOption())
    .addOption(jsonOption('what was changed'))
  examples(command, [
    ['git switch main && restage checkout', 'data as it was on that branch'],
    ['restage checkout train', 'the outputs of one stage'],
    ['restage checkout -f data/clean.csv', 'throw local edits of an output away'],
  ])
  return command.action((targets: readonly string[], flags: CheckoutFlags) =>
    execute(async (io) => (await import('../actions/checkout.ts')).checkout(io, targets, flags)),
  )
}
