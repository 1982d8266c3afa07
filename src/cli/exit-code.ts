import { exitCodes, type Problem } from '../base/problem.ts'
import { settingsFile } from '../policy/settings.ts'

/** The exit code of a command that these problems ended, or 0 if they are only warnings. */
export function exitCodeOf(problems: readonly Problem[]): number {
  const codes = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  if (codes.length === 0) return exitCodes.done
  if (codes.some((code) => code.startsWith('USAGE_'))) return exitCodes.usage
  if (codes.includes('NOT_A_REPOSITORY')) return exitCodes.notARepository
  if (problems.some(isOfSettings) || codes.some((code) => code.startsWith('CONFIG_'))) return exitCodes.configInvalid
  if (codes.every((code) => code === 'LOCK_BUSY')) return exitCodes.temporary
  return exitCodes.projectUnusable
}

// Settings that are no YAML at all are as wrong as others.
function isOfSettings({ severity, at }: Problem): boolean {
  return severity === 'error' && at?.file === settingsFile
}

/** What each exit code means, for `restage help exit-codes` and the docs. */
export const exitCodeMeanings: readonly (readonly [code: number | string, meaning: string])[] = [
  [0, 'done; with `--exit-code`: nothing to do'],
  [1, 'a stage failed'],
  [2, 'only with `plan --exit-code` and `status --exit-code`: there is work to do'],
  [4, 'cancelled from elsewhere (`restage cancel`)'],
  [5, 'the deadline of the run has passed'],
  [75, 'temporary: a lock was not free in time'],
  ['130, 143', 'ended by SIGINT (Ctrl-C), SIGTERM'],
  [141, 'broken pipe: nobody read the output any more'],
  [251, 'the configuration (`.dvc/config`, `restage.yaml`) is invalid'],
  [253, 'not inside a DVC repository'],
  [254, 'wrong usage'],
  [255, 'the project cannot be used as it stands (invalid dvc.yaml, cycle, overlapping outs …), and any other error'],
]
