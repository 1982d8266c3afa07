import type { Problem, SourceRange } from '../../base/problem.ts'

/** What can be wrong with a parameters file. */
export const paramsProblems = {
  unreadable(file: string, error: NodeJS.ErrnoException): Problem {
    return {
      code: 'PARAMS_UNREADABLE',
      severity: 'error',
      message: `Parameters file \`${file}\` cannot be read: ${error.message}`,
      at: { file, line: 1, column: 1 },
    }
  },

  invalid(at: SourceRange, format: 'JSON' | 'TOML' | 'Python', detail: string): Problem {
    return {
      code: 'PARAMS_INVALID',
      severity: 'error',
      message: `Parameters file is not valid ${format}: ${detail}`,
      hint: 'Correct the file; its format follows from its name',
      at,
    }
  },
}
