import type { Problem } from '../base/problem.ts'
import type { FailureReason } from './events.ts'
import { runProblems } from './problems.ts'

/** The reason that a task's first problem gives; the others stand in the run's list of problems. */
export function problemReason(problems: readonly Problem[]): FailureReason {
  const problem = problems[0]
  if (problem === undefined) throw new Error('Internal error: a failure without a problem')
  const { code, message, hint } = problem
  return { kind: 'problem', code, message, ...(hint === undefined ? {} : { hint }) }
}

/** A problem for an error of the file system (full disk, missing permission …); undefined for any other error. */
export function fileProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  const { code, path } = error as NodeJS.ErrnoException
  return runProblems.fileFailed(String(code), path, error.message)
}
