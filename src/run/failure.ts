import type { Problem } from '../base/problem.ts'
import type { FailureReason } from './events.ts'

/** The reason that a task's first problem gives; the others stand in the run's list of problems. */
export function problemReason(problems: readonly Problem[]): FailureReason {
  const problem = problems[0]
  if (problem === undefined) throw new Error('Internal error: a failure without a problem')
  const { code, message, hint } = problem
  return { kind: 'problem', code, message, ...(hint === undefined ? {} : { hint }) }
}
