import type { SchedulableTask } from './scheduler-state.ts'

/** Task indexes in the order in which they start when all of them could: by priority, then by the time that what hangs on
 * them still takes (if that is known), then as in a serial run. */
export function startOrder(
  tasks: readonly SchedulableTask[],
  dependents: readonly (readonly number[])[],
): readonly number[] {
  const remaining = tasks.some(({ expectedMs }) => expectedMs !== undefined)
    ? remainingMs(tasks, dependents)
    : undefined
  const priority = (task: number): number => tasks[task]?.priority ?? 0
  const length = (task: number): number => remaining?.[task] ?? 0
  const rank = (task: number): number => tasks[task]?.rank ?? 0
  return tasks
    .map((_, index) => index)
    .toSorted((a, b) => priority(b) - priority(a) || length(b) - length(a) || rank(a) - rank(b) || a - b)
}

// The longest way from each task to an end, itself included. What nobody has timed counts as the average of the others.
function remainingMs(tasks: readonly SchedulableTask[], dependents: readonly (readonly number[])[]): readonly number[] {
  const known = tasks.flatMap(({ expectedMs }) => expectedMs ?? [])
  const average = known.reduce((sum, ms) => sum + ms, 0) / known.length
  const openDependents = dependents.map((list) => list.length)
  const remaining = tasks.map(({ expectedMs }) => expectedMs ?? average)
  const done = tasks.flatMap((_, index) => (openDependents[index] === 0 ? [index] : []))
  for (let task = done.pop(); task !== undefined; task = done.pop()) {
    for (const need of tasks[task]?.needs ?? []) {
      const own = tasks[need]?.expectedMs ?? average
      remaining[need] = Math.max(remaining[need] ?? 0, own + (remaining[task] ?? 0))
      if (--openDependents[need]! === 0) done.push(need)
    }
  }
  return remaining
}
