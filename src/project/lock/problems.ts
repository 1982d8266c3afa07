import type { Problem, SourceRange } from '../../base/problem.ts'

/** What can be wrong with dvc.lock. */
export const lockProblems = {
  version(at: SourceRange, found: string): Problem {
    return {
      code: 'LOCK_VERSION_INVALID',
      severity: 'error',
      message: `\`${at.file}\` needs \`schema: '2.0'\` (text, in quotes), found ${found}`,
      hint: 'Put the schema right, or delete the file: everything it records is then run again',
      at,
    }
  },

  empty(at: SourceRange): Problem {
    return {
      code: 'LOCK_VERSION_INVALID',
      severity: 'error',
      message: `\`${at.file}\` is empty, as a DVC that is killed while it writes leaves it`,
      hint: 'Restore the file from git, or delete it: results are then taken from the run cache, or made again',
      at,
    }
  },

  invalid(at: SourceRange, detail: string): Problem {
    return {
      code: 'LOCK_INVALID',
      severity: 'error',
      message: `\`${at.file}\` does not look like a lock file: ${detail}`,
      hint: 'Restore the file from git, or delete it: everything it records is then run again',
      at,
    }
  },

  entryInvalid(stage: string, at: SourceRange, detail: string): Problem {
    return {
      code: 'LOCK_ENTRY_INVALID',
      severity: 'error',
      message: `The lock entry of \`${stage}\` is not valid: ${detail}`,
      hint: 'Restore the entry from git, or delete it: the stage is then run again',
      at,
      stage,
    }
  },
} as const
