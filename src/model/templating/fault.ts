import type { Problem, SourceRange } from '../../base/problem.ts'
import type { Scalar } from '../../base/value.ts'

/** Something that cannot be resolved, before it is known where in the file it stands. */
export interface Fault {
  /** Keys and indexes from the value being resolved down to the place. */
  readonly path: readonly Scalar[]
  /** The part of the text at that place: offsets of its start and end. */
  readonly span?: readonly [start: number, end: number]
  readonly problem: (at: SourceRange) => Problem
}

export type Report = (fault: Fault) => void
