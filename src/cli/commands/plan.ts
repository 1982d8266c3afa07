import { Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, exitCodeOption, jsonOption } from '../options.ts'
import { addSelection, type ReproFlags } from '../repro-options.ts'

/** The flags of `restage plan`. */
export interface PlanFlags extends ReproFlags {
  readonly exitCode?: true
  /** Also list what is skipped. */
  readonly all?: true
}

export function planCommand(execute: Execute): Command {
  const command = new Command('plan').description(
    'Say what a run would do with each stage, and why, without changing anything',
  )
  addSelection(command)
    .option('-a, --all', 'also list the stages that are skipped')
    .addOption(jsonOption('the plan'))
    .addOption(exitCodeOption())
  examples(command, [
    ['restage plan', 'what `restage run` would do'],
    ['restage plan -P --exit-code', 'end with 2 if anything in the project is out of date'],
    ['restage plan --json train', 'for machines'],
  ])
  return command.action((targets: readonly string[], flags: Omit<PlanFlags, 'commit'>) =>
    execute(async (io) => (await import('../actions/plan.ts')).plan(io, targets, { ...flags, commit: true })),
  )
}
