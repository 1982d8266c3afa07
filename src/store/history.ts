import type { RunRecord } from './read-run.ts'

/** What is remembered of earlier runs. */
export interface History extends Disposable {
  /** Newest first. */
  runs(question: RunsQuestion): readonly RunRecord[]
  /** How long stages took lately, in ms by address as seen from the root. */
  durations(): ReadonlyMap<string, number>
}

export interface RunsQuestion {
  readonly most: number
  /** @default all */
  readonly states?: readonly RunRecord['state'][] | undefined
}

/** A stage's time is the average of so many of its latest. */
export const timedRuns = 5
