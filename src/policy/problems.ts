import type { Problem, SourceRange } from '../base/problem.ts'

/** The wording of what can be wrong with restage.yaml and `meta: {restage: …}`. */
export const policyProblems = {
  /** `place` is the way down to the fault: `stages.train.retries`. */
  invalid(at: SourceRange, place: string, detail: string, more: { stage?: string; hint?: string } = {}): Problem {
    return {
      code: 'CONFIG_RESTAGE_INVALID',
      severity: 'error',
      message: `\`${at.file}\` is not valid${place === '' ? '' : ` in \`${place}\``}: ${detail}`,
      hint: 'docs/reference/settings.md lists what may stand there',
      at,
      ...more,
    }
  },

  /** `why`: `eval.json` has no `auc`. */
  notJudged(stage: string, at: SourceRange, why: string): Problem {
    return {
      code: 'CONDITION_NOT_JUDGED',
      severity: 'error',
      message: `The condition of stage \`${stage}\` cannot be judged: ${why}`,
      hint: 'Correct `when`, or see that what it looks at is written; `"key" in metrics["FILE"]` asks whether it is there',
      stage,
      at,
    }
  },

  noSuchStage(at: SourceRange, pattern: string, nearest: string | undefined): Problem {
    return {
      code: 'CONFIG_STAGE_UNKNOWN',
      severity: 'warning',
      message: `No stage is called \`${pattern}\`, so what \`${at.file}\` says of it holds for none`,
      hint: nearest === undefined ? '`restage stages` lists the stages' : `Is \`${nearest}\` meant?`,
      at,
    }
  },

  /** `what`: `gpus`, or a token. */
  beyondLimit(stage: string, at: SourceRange, what: string, asked: number, limit: number): Problem {
    return {
      code: 'CONFIG_BEYOND_LIMIT',
      severity: 'error',
      message: `Stage \`${stage}\` asks for ${asked} of \`${what}\`, and there ${limit === 1 ? 'is' : 'are'} ${limit}`,
      hint: 'Ask for less, or raise the number under `limits` in restage.yaml',
      stage,
      at,
    }
  },

  secretMissing(stage: string, at: SourceRange, name: string): Problem {
    return {
      code: 'CONFIG_SECRET_MISSING',
      severity: 'error',
      message: `Stage \`${stage}\` needs the secret \`${name}\`, and neither \`${name}\` nor \`${name}_FILE\` is set`,
      hint: `Set \`${name}\`, or \`${name}_FILE\` to a file that holds it`,
      stage,
      at,
    }
  },

  secretUnreadable(stage: string, at: SourceRange, name: string, reason: string): Problem {
    return {
      code: 'CONFIG_SECRET_UNREADABLE',
      severity: 'error',
      message: `The file that \`${name}_FILE\` names for stage \`${stage}\` cannot be read (${reason})`,
      hint: 'Correct the path or give yourself access to it',
      stage,
      at,
    }
  },
} as const
