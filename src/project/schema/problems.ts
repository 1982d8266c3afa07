import type { Problem, SourceRange } from '../../base/problem.ts'

export interface SchemaFaultContext {
  /** Address of the stage that has the fault, if it is one stage's. */
  readonly stage: string | undefined
  readonly hint: string | undefined
}

/** What can be wrong with the shape of dvc.yaml and of .dvc files. */
export const schemaProblems = {
  /** `place` is the way down to the fault: `stages.train.deps`. */
  invalid(at: SourceRange, place: string, detail: string, { stage, hint }: SchemaFaultContext): Problem {
    return {
      code: 'SCHEMA_INVALID',
      severity: 'error',
      message: `\`${at.file}\` is not valid${place === '' ? '' : ` in \`${place}\``}: ${detail}`,
      hint: hint ?? 'Correct the file; DVC refuses it as it is',
      at,
      ...(stage === undefined ? {} : { stage }),
    }
  },
} as const
