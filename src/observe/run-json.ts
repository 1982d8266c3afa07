import type { Problem } from '../base/problem.ts'
import type { RunSummary } from '../run/run-context.ts'

/** The object that ends `restage run --json`. `run` is null if nothing was started. */
export interface RunJson {
  readonly run: string | null
  readonly exitCode: number
  /** In order of start. */
  readonly tasks: RunSummary['tasks']
  readonly problems: readonly Problem[]
}

/** The result of a run for machines; `exitCode` is that of the command. */
export function toRunJson({ run, tasks, problems }: RunSummary, exitCode: number): RunJson {
  return { run, exitCode, tasks, problems }
}
