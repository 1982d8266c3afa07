import type { PlannedTask, StageTask, WorkflowTask } from '../plan/plan.ts'
import type { SchedulableTask } from './scheduler-state.ts'
import { formatTaskId, type TaskId, type TaskSegment } from './task-id.ts'

/** A leaf of a plan with its path. */
export interface FlatTask {
  readonly id: TaskId
  readonly task: StageTask
  readonly schedulable: SchedulableTask
}

/** The leaves of a nested plan, in plan order. A need that names a workflow is a need of all its leaves. */
export function flattenPlan(root: WorkflowTask): readonly FlatTask[] {
  const leaves: { path: readonly TaskSegment[]; task: StageTask; needs: ReadonlySet<number>; waits: number[] }[] = []
  place(root, [], new Set())
  return leaves.map(({ path, task, needs, waits }) => {
    const id = formatTaskId(path)
    const all = [...needs, ...waits]
    const gently = waits.length === 0 ? {} : { waits }
    return { id, task, schedulable: { id, needs: all, ...gently, rank: task.rank, forced: task.forced } }
  })

  /** Adds the leaves of `workflow`; siblings must stand after what they need. */
  function place(
    workflow: WorkflowTask,
    path: readonly TaskSegment[],
    inherited: ReadonlySet<number>,
  ): readonly number[] {
    const placed = new Map<string, readonly number[]>()
    for (const task of inNeedOrder(workflow.tasks)) {
      const needs = new Set(inherited)
      if (task.kind === 'stage') for (const need of task.needs) placed.get(need)?.forEach((leaf) => needs.add(leaf))
      placed.set(task.name, placeTask(task, [...path, { name: task.name }], needs))
    }
    // What a condition looks into may be made by a stage that comes later in a serial run.
    for (const task of workflow.tasks) if (task.kind === 'stage') addWaits(task, placed)
    return [...placed.values()].flat()
  }

  function placeTask(task: PlannedTask, path: readonly TaskSegment[], needs: ReadonlySet<number>): readonly number[] {
    if (task.kind === 'workflow') return place(task, path, needs)
    leaves.push({ path, task, needs, waits: [] })
    return [leaves.length - 1]
  }

  function addWaits({ name, waits = [] }: StageTask, placed: ReadonlyMap<string, readonly number[]>): void {
    const own = leaves[placed.get(name)?.[0] ?? -1]
    for (const leaf of waits.flatMap((wait) => placed.get(wait) ?? [])) if (!own?.needs.has(leaf)) own?.waits.push(leaf)
  }
}

// Ranks follow the order of a serial run, in which producers come first.
function inNeedOrder(tasks: readonly PlannedTask[]): readonly PlannedTask[] {
  return tasks.toSorted((a, b) => firstRank(a) - firstRank(b))
}

function firstRank(task: PlannedTask): number {
  return task.kind === 'stage' ? task.rank : Math.min(...task.tasks.map(firstRank))
}

export function taskAt(tasks: readonly FlatTask[], index: number): FlatTask {
  const task = tasks[index]
  if (task === undefined) throw new Error(`Internal error: no task ${index}`)
  return task
}
