import type { Problem } from '../../base/problem.ts'

/** The wording of what can be wrong when earlier runs are asked for. */
export const historyProblems = {
  noRuns(): Problem {
    return problem('RUN_NOT_FOUND', 'Nothing has run here yet', '`restage run` brings the project up to date')
  },

  runNotFound(text: string, nearest: string | undefined): Problem {
    const hint = nearest === undefined ? '`restage runs` lists the runs' : `Is \`${nearest}\` meant?`
    return problem('RUN_NOT_FOUND', `There is no run \`${text}\``, hint)
  },

  runAmbiguous(text: string, count: number): Problem {
    return problem('RUN_NOT_FOUND', `\`${text}\` could be any of ${count} runs`, 'Give more of its id')
  },

  runUnreadable(run: string): Problem {
    const hint = 'What is up to date is told by `restage status`; history is only a record'
    return problem('RUN_UNREADABLE', `The events of run \`${run}\` cannot be read`, hint)
  },

  runEnded(run: string): Problem {
    return problem('RUN_ENDED', `Run \`${run}\` is not under way any more`, '`restage runs` lists the runs')
  },

  runUnderWay(run: string): Problem {
    return problem('RUN_UNDER_WAY', `Run \`${run}\` is still under way`, 'Wait for its end, or `restage cancel` it')
  },

  nothingToRetry(run: string): Problem {
    const hint = '`restage run` brings the project up to date'
    return { ...problem('NOTHING_TO_RETRY', `Run \`${run}\` has left nothing to do`, hint), severity: 'warning' }
  },

  /** `named`: several stages that are called so. */
  stageNotFound(text: string, nearest: string | undefined, named: readonly string[]): Problem {
    const hint =
      named.length > 1
        ? `Name one of ${named.map((name) => `\`${name}\``).join(', ')}`
        : nearest === undefined
          ? '`restage show` lists the stages of a run'
          : `Is \`${nearest}\` meant?`
    return problem('RUN_STAGE_NOT_FOUND', `The run has no stage \`${text}\``, hint)
  },

  logMissing(address: string, attempt: number | undefined): Problem {
    const which = attempt === undefined ? '' : ` in attempt ${attempt}`
    return problem(
      'LOG_MISSING',
      `Stage \`${address}\` has written nothing in this run${which}`,
      'Its command did not run',
    )
  },

  noEvents(file: string): Problem {
    const hint = '`restage run --events FILE` writes such a file'
    return problem('EVENTS_UNREADABLE', `\`${file}\` does not hold the events of a run`, hint)
  },

  stageNotNamed(command: string): Problem {
    return problem('USAGE_INVALID', 'A stage must be named', `\`restage ${command} --help\` shows how it is called`)
  },

  patternInvalid(pattern: string): Problem {
    const hint = 'Put a backslash before signs that mean themselves'
    return problem('USAGE_INVALID', `\`${pattern}\` is not a regular expression`, hint)
  },
} as const

function problem(code: string, message: string, hint: string): Problem {
  return { code, severity: 'error', message, hint }
}
