import type { Problem } from '../../base/problem.ts'

/** What can be wrong with a `.dvcignore`. */
export const ignoreProblems = {
  patternInvalid(file: string, line: number, pattern: string, reason: string): Problem {
    return {
      code: 'IGNORE_PATTERN_INVALID',
      severity: 'error',
      message: `Pattern \`${pattern}\` cannot be read: ${reason}`,
      hint: 'Correct or remove the line; DVC itself fails on it',
      at: { file, line, column: 1 },
    }
  },

  fileUnreadable(file: string, reason: string): Problem {
    return {
      code: 'IGNORE_FILE_UNREADABLE',
      severity: 'error',
      message: `Ignore file \`${file}\` cannot be read: ${reason}`,
      hint: 'Make it a readable UTF-8 text file, or remove it',
      at: { file, line: 1, column: 1 },
    }
  },
}
