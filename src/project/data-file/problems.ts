import type { Problem, SourceRange } from '../../base/problem.ts'

/** What can be wrong with a .dvc file. */
export const dataFileProblems = {
  invalid(at: SourceRange, detail: string): Problem {
    return {
      code: 'DATA_FILE_INVALID',
      severity: 'error',
      message: `\`${at.file}\` is no valid .dvc file: ${detail}`,
      hint: 'Correct the file, or restore it from git',
      at,
      stage: at.file,
    }
  },
} as const
