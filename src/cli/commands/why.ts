import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption } from '../options.ts'

export function whyCommand(execute: Execute): Command {
  const command = new Command('why')
    .description('Tell why a stage will run, may run, is skipped or cannot run: a tree of causes')
    .argument('<stage>', 'the stage, as for `run`; a family means all its members')
    .addOption(jsonOption('the causes'))
  examples(command, [
    ['restage why train@xgb', 'back to the file or parameter that changed'],
    ['restage why models/dvc.yaml:report', 'a stage of another file'],
  ])
  return command.action((stage: string) => execute(async (io) => (await import('../actions/why.ts')).why(io, stage)))
}
