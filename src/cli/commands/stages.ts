import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption, recursiveOption } from '../options.ts'

/** The flags of `restage stages`. */
export interface StagesFlags {
  readonly recursive?: true
  readonly glob?: true
  readonly nameOnly?: true
}

export function stagesCommand(execute: Execute): Command {
  const command = new Command('stages')
    .description('List the stages of the project, with templates, foreach and matrix resolved')
    .argument('[targets...]', 'stages, DVC files, or folders with -R; none: every dvc.yaml of the project')
    .addOption(recursiveOption())
    .option('--glob', 'targets are patterns of stage names')
    .option('--name-only', 'print only addresses, one on a line')
    .addOption(jsonOption('the stages, with command, deps, outs and params'))
  examples(command, [
    ['restage stages', 'addresses and what they make'],
    ['restage stages --json train', 'everything about one stage or family'],
    ['restage stages --name-only | wc -l', 'how many there are'],
  ])
  return command.action((targets: readonly string[], flags: StagesFlags) =>
    execute(async (io) => (await import('../actions/stages.ts')).stages(io, targets, flags)),
  )
}
