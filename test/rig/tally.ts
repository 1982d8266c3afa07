import type { TestContext } from 'vitest'

/** So many of so many. */
export interface Share {
  readonly equal: number
  readonly of: number
}

declare module 'vitest' {
  interface TaskMeta {
    /** Lines that a test tells of itself. */
    tally?: readonly string[]
    /** What a test adds to the sums of its suite. */
    shares?: Readonly<Record<string, Share>>
  }
}

/** Tells a line with figures: what was compared, how often, with which seed. All lines are printed when the tests have
 * ended, so that one command gives the counts. */
export function tally({ task }: Pick<TestContext, 'task'>, line: string): void {
  task.meta.tally = [...(task.meta.tally ?? []), line]
}

/** Adds to a sum that many tests share; printed as `label: 38 of 38`. */
export function share({ task }: Pick<TestContext, 'task'>, label: string, { equal, of }: Share): void {
  const before = task.meta.shares?.[label] ?? { equal: 0, of: 0 }
  task.meta.shares = { ...task.meta.shares, [label]: { equal: before.equal + equal, of: before.of + of } }
}
