import type { Problem, SourceRange } from '../../base/problem.ts'
import type { Scalar } from '../../base/value.ts'

/** Something that cannot be resolved, before it is known where in the file it stands. */
export interface Fault {
  /** Keys and indexes from the value being resolved down to the place. */
  readonly path: readonly Scalar[]
  /** Set where the key at `path` is meant, not its value. */
  readonly part?: 'key'
  /** The part of the text at that place that is meant. */
  readonly span?: TextSpan
  readonly problem: (at: SourceRange) => Problem
}

/** Offsets into a text, with the length of the whole. */
export interface TextSpan {
  readonly start: number
  readonly end: number
  readonly length: number
}

export type Report = (fault: Fault) => void
