import { Command, Option } from 'commander'
import type { Execute } from '../execute.ts'
import { examples, jsonOption, lockTimeoutOption, quietOption, toCount, toDurationMs } from '../options.ts'
import { addSelection, type ReproFlags } from '../repro-options.ts'

/** The flags of `restage run`. */
export interface RunFlags extends ReproFlags {
  /** Absent: one stage for each core. */
  readonly jobs?: number
  readonly lockTimeout: number
  /** In ms. */
  readonly timeout?: number
  /** In ms. */
  readonly deadline?: number
  readonly progress: 'auto' | 'plain' | 'fancy' | 'none'
  readonly outputLogs: 'all' | 'errors' | 'none'
  readonly quiet?: true
  readonly verbose?: true
  /** A file, or `-`: standard output. */
  readonly events?: string
}

export function runCommand(execute: Execute): Command {
  const command = new Command('run')
    .alias('repro')
    .description('Bring the project up to date: run what has changed, independent stages side by side')
  addRunOptions(
    addSelection(command)
      .option('-i, --interactive', 'ask before each stage')
      .option('--dry', 'only print what would run')
      .option('--no-commit', 'record hashes, but keep outputs out of the cache (`restage commit` adds them)'),
  )
  examples(command, [
    ['restage run', 'bring the dvc.yaml of this folder up to date'],
    ['restage run -j 4 train', '`train` and what it needs, four stages at once'],
    ['restage run train@xgb models/dvc.yaml:report', 'one member of a family, and a stage of another file'],
    ['restage run -P -k', 'the whole project; a failure stops only what depends on it'],
    ['restage run -f -s report', '`report` alone, changed or not'],
    ['restage run --json > result.json', 'for machines'],
  ])
  return command.action((targets: readonly string[], flags: RunFlags) =>
    execute(async (io) => (await import('../actions/run.ts')).run(io, targets, flags)),
  )
}

/** Adds what is asked for of a run, whatever it runs. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-j, --jobs <number>', 'most stages at once; more needs more memory (default: number of cores)')
        .env('RESTAGE_JOBS')
        .argParser(toCount),
    )
    .addOption(lockTimeoutOption())
    .addOption(
      new Option('--timeout <duration>', 'end a stage that takes longer, unless restage.yaml says how long it may')
        .env('RESTAGE_TIMEOUT')
        .argParser(toDurationMs),
    )
    .addOption(
      new Option('--deadline <duration>', 'end the whole run if it takes longer')
        .env('RESTAGE_DEADLINE')
        .argParser(toDurationMs),
    )
    .addOption(
      new Option('--progress <mode>', 'how a run is shown; auto: fancy on a terminal, else plain')
        .choices(['auto', 'plain', 'fancy', 'none'])
        .env('RESTAGE_PROGRESS')
        .default('auto'),
    )
    .addOption(
      new Option(
        '--output-logs <which>',
        'output of stages to print as it comes; errors: of failed stages, when they end',
      )
        .choices(['all', 'errors', 'none'])
        .env('RESTAGE_OUTPUT_LOGS')
        .default('all'),
    )
    .option(
      '--events <file>',
      'write every event as a line of JSON to this file; `-`: to stdout, and nothing else there',
    )
    .addOption(jsonOption('the result'))
    .addOption(quietOption())
    .option('-v, --verbose', 'also say why stages run and which are skipped')
}
