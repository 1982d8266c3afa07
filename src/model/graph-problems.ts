import type { Problem, SourceRange } from '../base/problem.ts'

/** The wording of what is wrong between stages. Stages go by their addresses. */
export const graphProblems = {
  outTwice(path: string, stages: readonly string[], at: SourceRange): Problem {
    const [first, ...others] = stages
    if (others.length === 0) {
      return {
        code: 'OUT_DUPLICATE',
        severity: 'error',
        at,
        ...(first === undefined ? {} : { stage: first }),
        message: `Output \`${path}\` stands twice in stage \`${first}\``,
        hint: 'List it once, under `outs`, `metrics` or `plots`',
      }
    }
    return {
      code: 'OUT_DUPLICATE',
      severity: 'error',
      at,
      message: `Output \`${path}\` is made by more than one stage: ${list(stages)}`,
      hint: 'Keep it in one of them, or let each write a path of its own',
    }
  },

  /** `inner`: the first outs inside, `count`: how many there are. */
  outsOverlap(outer: string, outerStage: string, inner: readonly OutName[], count: number, at: SourceRange): Problem {
    const names = inner.map(({ path, stage }) => `\`${path}\` of stage \`${stage}\``).join(', ')
    const more = count > inner.length ? ` and ${count - inner.length} more` : ''
    return {
      code: 'OUT_OVERLAP',
      severity: 'error',
      at,
      message: `Output \`${outer}\` of stage \`${outerStage}\` contains other outputs: ${names}${more}`,
      hint: 'Give each output a path outside the others, or track only the directory',
    }
  },

  fileInsideOut(file: string, out: string, stage: string, at: SourceRange): Problem {
    return {
      code: 'STAGE_FILE_IN_OUT',
      severity: 'error',
      at,
      message: `\`${file}\` lies inside output \`${out}\` of stage \`${stage}\`, which a run replaces`,
      hint: `Move \`${file}\` or the output elsewhere`,
    }
  },

  cycle(stages: readonly string[], at: SourceRange): Problem {
    const shown = stages.length > mostShown ? [...stages.slice(0, mostShown - 1), '…', ...stages.slice(-1)] : stages
    return {
      code: 'STAGE_CYCLE',
      severity: 'error',
      at,
      message: `Stages depend on each other in a circle: ${[...shown, ...stages.slice(0, 1)].join(' → ')}`,
      hint: 'Remove one of the deps that close the circle',
    }
  },

  ownOutput(stage: string, dep: string, at: SourceRange): Problem {
    return {
      code: 'STAGE_CYCLE',
      severity: 'error',
      stage,
      at,
      message: `Stage \`${stage}\` depends on what it makes itself: \`${dep}\``,
      hint: 'Depend on less than the output, or write the output elsewhere; `persist: true` keeps an output between runs',
    }
  },
}

export interface OutName {
  readonly path: string
  readonly stage: string
}

const mostShown = 10

function list(stages: readonly string[]): string {
  const names = stages
    .slice(0, mostShown)
    .map((stage) => `\`${stage}\``)
    .join(', ')
  return stages.length > mostShown ? `${names} and ${stages.length - mostShown} more` : names
}
