import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { dataTargetsArgument, examples, exitCodeOption, jsonOption, recursiveOption } from '../options.ts'

/** The flags of `restage status`. */
export interface StatusFlags {
  readonly exitCode?: true
  readonly quiet?: true
  readonly recursive?: true
  readonly withDeps?: true
  readonly updates: boolean
}

export function statusCommand(execute: Execute): Command {
  const command = new Command('status')
    .description("Compare stages with what is recorded of them: DVC's verdict, in DVC's words")
    .addArgument(dataTargetsArgument())
    .option('-d, --with-deps', 'also everything that the targets depend on')
    .addOption(recursiveOption())
    .option('--no-updates', 'do not ask other git repositories whether imports could be updated')
    .addOption(jsonOption('the verdicts'))
    .addOption(exitCodeOption())
    .option('-q, --quiet', 'print nothing; end with 1 if anything has changed')
  examples(command, [
    ['restage status', 'what has changed in the project'],
    ['restage status train data/raw.csv', 'one stage and one output'],
    ['restage status -q || restage run', 'for scripts'],
  ])
  return command.action((targets: readonly string[], flags: StatusFlags) =>
    execute(async (io) => (await import('../actions/status.ts')).status(io, targets, flags)),
  )
}
