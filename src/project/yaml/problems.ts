import type { Problem, SourceRange } from '../../base/problem.ts'

/** What can be wrong with a YAML file, whatever it holds. */
export const yamlProblems = {
  invalid(at: SourceRange, detail: string): Problem {
    return {
      code: 'YAML_INVALID',
      severity: 'error',
      message: `\`${at.file}\` is not valid YAML: ${detail}`,
      hint: 'Correct the file at this place',
      at,
    }
  },

  duplicateKey(at: SourceRange, key: string): Problem {
    return {
      code: 'YAML_DUPLICATE_KEY',
      severity: 'error',
      message: `Key \`${key}\` stands twice in the same map`,
      hint: 'Remove or rename one of them',
      at,
    }
  },

  tooDeep(at: SourceRange, limit: number): Problem {
    return {
      code: 'YAML_TOO_DEEP',
      severity: 'error',
      message: `\`${at.file}\` nests lists and maps more than ${limit} levels deep`,
      hint: 'Flatten the file',
      at,
    }
  },

  tooLarge(at: SourceRange, limit: number): Problem {
    return {
      code: 'YAML_TOO_LARGE',
      severity: 'error',
      message: `Aliases in \`${at.file}\` repeat so much that it holds more than ${limit} values`,
      hint: 'Write the repeated parts once and refer to them less often',
      at,
    }
  },
} as const
