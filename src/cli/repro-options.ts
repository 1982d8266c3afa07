import type { Command } from 'commander'
import type { ReproOptions } from '../plan/plan.ts'
import { allowOutsideOption, recursiveOption, targetsArgument } from './options.ts'

/** The flags that `run` and `plan` share with `dvc repro`, as commander hands them over. */
export interface ReproFlags {
  readonly force?: true
  readonly interactive?: true
  readonly singleItem?: true
  readonly pipeline?: true
  readonly allPipelines?: true
  readonly recursive?: true
  readonly downstream?: true
  readonly forceDownstream?: true
  readonly pull?: true
  readonly allowMissing?: true
  readonly allowOutside?: true
  readonly dry?: true
  readonly onError?: ReproOptions['onError']
  readonly glob?: true
  readonly commit: boolean
  readonly runCache: boolean
}

/** Adds targets and all flags of `dvc repro` that choose and judge stages, with its letters. */
export function addSelection(command: Command): Command {
  // As in DVC the last of the two wins.
  command.on('option:keep-going', () => command.setOptionValue('onError', 'keep-going'))
  command.on('option:ignore-errors', () => command.setOptionValue('onError', 'ignore'))
  return command
    .addArgument(targetsArgument())
    .option('-f, --force', 'run stages even if nothing has changed')
    .option('-s, --single-item', 'only the stages that are named, without looking at what they depend on')
    .option('-p, --pipeline', 'the whole pipelines that the targets belong to')
    .option('-P, --all-pipelines', 'every stage of the project')
    .addOption(recursiveOption())
    .option('--glob', 'targets are patterns of stage names')
    .option('--downstream', 'the targets and everything that depends on them')
    .option('--force-downstream', 'also run what depends on a stage that ran, changed or not')
    .option('--pull', 'get missing data from the remote (with the installed dvc)')
    .option('--allow-missing', 'skip stages whose data is missing but otherwise unchanged')
    .addOption(allowOutsideOption())
    .option('-k, --keep-going', 'after a failure go on with what does not depend on it')
    .option('--ignore-errors', 'after a failure go on with everything, and end with 0')
    .option('--no-run-cache', 'run stages even if their results are known from before')
}

/** What the planner and the runner are asked for. `interactive`: asked for by the project's configuration. */
export function reproOptions(flags: ReproFlags, interactive: boolean): ReproOptions {
  return {
    force: flags.force ?? false,
    forceDownstream: flags.forceDownstream ?? false,
    singleItem: flags.singleItem ?? false,
    onError: flags.onError ?? 'fail',
    dry: flags.dry ?? false,
    commit: flags.commit,
    runCache: flags.runCache,
    pull: flags.pull ?? false,
    allowMissing: flags.allowMissing ?? false,
    interactive: flags.interactive ?? interactive,
  }
}
