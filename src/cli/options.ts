import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../base/duration.ts'

/** Adds examples to a command's help. */
export function examples(command: Command, list: readonly (readonly [call: string, meaning: string])[]): Command {
  const width = Math.max(...list.map(([call]) => call.length))
  const lines = list.map(([call, meaning]) => `  ${call.padEnd(width)}  ${meaning}`)
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
}

/** Targets as `dvc repro` takes them. */
export function targetsArgument(): Argument {
  return new Argument(
    '[targets...]',
    'stages (`train`, `train@xgb`, `dir/dvc.yaml:train`), DVC files, or folders with -R; none: the dvc.yaml of this folder',
  )
}

/** Targets as `dvc status`, `checkout` and `commit` take them. */
export function dataTargetsArgument(): Argument {
  return new Argument('[targets...]', 'stages, DVC files, outputs, or folders with -R; none: the whole project')
}

/** A run of the past. */
export function runArgument(): Argument {
  return new Argument('[run]', 'its id, the beginning or end of it, or `last`; none: the last run')
}

export function jsonOption(what: string): Option {
  return new Option('--json', `print ${what} as JSON on stdout, nothing else`)
}

export function exitCodeOption(): Option {
  return new Option('--exit-code', 'end with 2 if there is work to do')
}

export function quietOption(): Option {
  return new Option('-q, --quiet', 'print nothing but problems')
}

export function recursiveOption(): Option {
  return new Option('-R, --recursive', 'take all stages of the files inside the folders that are named')
}

export function allowOutsideOption(): Option {
  return new Option('--allow-outside', 'let outputs outside the project be replaced and deleted, as DVC does')
}

export function lockTimeoutOption(): Option {
  return new Option(
    '--lock-timeout <duration>',
    "how long to wait for another DVC process's lock (`30s`, `5m`; a bare number is seconds)",
  )
    .env('RESTAGE_LOCK_TIMEOUT')
    .default(600_000, '10m')
    .argParser(toDurationMs)
}

/** A whole number from 1. */
export function toCount(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('Expected a whole number from 1')
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

/** A duration in ms. */
export function toDurationMs(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('Expected a duration such as 30s, 5m or 1h')
  return ms
}
