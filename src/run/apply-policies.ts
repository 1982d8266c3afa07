import type { FlatTask } from './flatten-plan.ts'
import type { RunPolicies } from './run-policies.ts'
import type { SchedulableTask } from './scheduler-state.ts'

/** What the scheduling core has to know of tasks beyond the plan: limits, retries, urgency, and with `order: file` who
 * follows whom. `expectedMs` tells how long a stage took before. */
export function applyPolicies(
  tasks: readonly FlatTask[],
  policies: RunPolicies,
  expectedMs: (address: string) => number | undefined,
): readonly SchedulableTask[] {
  const before = policies.order === 'file' ? previousInFile(tasks) : undefined
  return tasks.map(({ task, schedulable }, index) => {
    const policy = policies.policyOf(task.stage)
    const expected = expectedMs(task.name)
    const previous = before?.get(index)
    return {
      ...schedulable,
      priority: policy.priority,
      uses: policies.usesOf(task.stage),
      backoff: policy.retries,
      ...(expected === undefined ? {} : { expectedMs: expected }),
      ...(previous === undefined ? {} : { after: [previous] }),
    }
  })
}

// In the order of a serial run, which is that of the file wherever deps allow it.
function previousInFile(tasks: readonly FlatTask[]): ReadonlyMap<number, number> {
  const latest = new Map<string, number>()
  const previous = new Map<number, number>()
  const byRank = tasks.map((_, index) => index).toSorted((a, b) => tasks[a]!.task.rank - tasks[b]!.task.rank)
  for (const index of byRank) {
    const { file } = tasks[index]!.task.stage
    const before = latest.get(file)
    if (before !== undefined) previous.set(index, before)
    latest.set(file, index)
  }
  return previous
}
