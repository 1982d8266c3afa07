import type { Problem, SourceRange } from '../base/problem.ts'

/** The wording of what keeps a stage from being judged or run, found before anything runs. */
export const planProblems = {
  remoteUnsupported(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'REMOTE_UNSUPPORTED',
      severity: 'error',
      stage,
      at,
      message: `Stage \`${stage}\` uses \`${path}\`, which Restage cannot read yet`,
      hint: `Run this stage with \`dvc repro ${stage}\``,
    }
  },

  paramAmbiguous(stage: string, key: string, path: string, at: SourceRange): Problem {
    return {
      code: 'PARAM_AMBIGUOUS',
      severity: 'error',
      stage,
      at,
      message: `Parameter \`${key}\` of stage \`${stage}\` matches more than one value in \`${path}\``,
      hint: 'Keys are patterns: name exactly one value, or list the keys one by one',
    }
  },

  paramsNotMapping(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'PARAMS_NOT_MAPPING',
      severity: 'error',
      stage,
      at,
      message: `Parameters file \`${path}\` of stage \`${stage}\` is tracked whole but is not a mapping`,
      hint: 'Make its top level a mapping, or list the keys the stage uses',
    }
  },
}
