/** Where in a file something stands. `file` is relative to the DVC root, with `/`; lines and columns count from 1. */
export interface SourceRange {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Columns marked from `column` on, on that line. */
  readonly width?: number
}

/** Something a user can cause and mend. Bugs of our own are thrown instead.
 *
 * The wording of each folder's problems stands in its `problems.ts`; each code has a paragraph in
 * `docs/reference/errors.md`. */
export interface Problem {
  /** Stable, in capitals: `STAGE_CYCLE`. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** Starts with a capital, ends without a full stop, names in backticks. */
  readonly message: string
  /** The next step for the user. */
  readonly hint?: string
  readonly at?: SourceRange
  /** Address of the stage concerned, if it is one stage's problem. */
  readonly stage?: string
}

/** The same, where things go on in spite of it. */
export function asWarning(problem: Problem): Problem {
  return { ...problem, severity: 'warning' }
}

/** Failed command lines end with DVC's numbers where DVC has one (conventions: exit codes). */
export const exitCodes = {
  done: 0,
  stageFailed: 1,
  workToDo: 2,
  cancelled: 4,
  deadline: 5,
  temporary: 75,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143,
  configInvalid: 251,
  notARepository: 253,
  usage: 254,
  projectUnusable: 255,
} as const
