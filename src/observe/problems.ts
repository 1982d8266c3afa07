import type { Problem } from '../base/problem.ts'

/** The wording of what can go wrong while a run is told. */
export const observeProblems = {
  /** `name`: the variable or key under `notify` that says whom to tell. */
  notifyFailed(name: string, reason: string): Problem {
    return {
      code: 'NOTIFY_FAILED',
      severity: 'warning',
      message: `Nobody was told through \`${name}\`: ${reason}`,
      hint: 'Correct `notify` in restage.yaml; the run itself is not affected',
    }
  },
} as const
