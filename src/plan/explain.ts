import type { Problem } from '../base/problem.ts'
import type { Plan, PlannedTask, StageTask } from './plan.ts'
import type { Reason } from './reasons.ts'

/** Why a task is decided as it is: a tree of causes, written as lines from the top down. */
export interface Explanation {
  readonly task: StageTask
  readonly lines: readonly CauseLine[]
  /** Of a `maybe`: it is skipped if all of these come out as recorded. */
  readonly cutOff: readonly CutOff[]
}

/** One cause. Lines that follow with a greater depth tell why the upstream task does what it does. */
export interface CauseLine {
  /** 1 for causes of the task itself. */
  readonly depth: number
  readonly cause:
    | { readonly kind: 'reason'; readonly reason: Reason }
    | { readonly kind: 'problem'; readonly problem: Problem }
    /** The upstream task is blocked. */
    | { readonly kind: 'blocked' }
  /** The task that the cause comes from, if it is another. */
  readonly upstream?: StageTask
  /** Its causes stand further up already. */
  readonly isRepeated: boolean
}

export interface CutOff {
  readonly path: string
  /** Recorded digest. */
  readonly hash: string
  /** Name of the task that writes the path. */
  readonly stage: string
}

/** Explains the task `name` of a plan; `undefined` if the plan has none. Each upstream task is expanded once, so the
 * answer is no longer than the plan, whatever its shape. */
export function explain(plan: Plan, name: string): Explanation | undefined {
  const tasks = new Map(stageTasks(plan.root).map((task) => [task.name, task]))
  const task = tasks.get(name)
  if (task === undefined) return undefined
  return { task, lines: causeLines(task, tasks), cutOff: cutOffOf(task) }
}

/** The stage tasks of a plan at any depth, in plan order. */
export function stageTasks(root: PlannedTask): readonly StageTask[] {
  const found: StageTask[] = []
  const open: PlannedTask[] = [root]
  for (let task = open.pop(); task !== undefined; task = open.pop()) {
    if (task.kind === 'stage') found.push(task)
    else for (const inner of task.tasks.toReversed()) open.push(inner)
  }
  return found
}

function causeLines(task: StageTask, tasks: ReadonlyMap<string, StageTask>): readonly CauseLine[] {
  const expanded = new Set([task.name])
  const lines: CauseLine[] = []
  const open = causesOf(task, 1, tasks).toReversed()
  for (let line = open.pop(); line !== undefined; line = open.pop()) {
    const { upstream, depth } = line
    const isRepeated = upstream !== undefined && expanded.has(upstream.name)
    lines.push({ ...line, isRepeated })
    if (upstream === undefined || isRepeated) continue
    expanded.add(upstream.name)
    for (const inner of causesOf(upstream, depth + 1, tasks).toReversed()) open.push(inner)
  }
  return lines
}

function causesOf(
  { reasons, blocked }: StageTask,
  depth: number,
  tasks: ReadonlyMap<string, StageTask>,
): readonly CauseLine[] {
  const isRepeated = false
  return [
    ...(blocked?.problems ?? []).map((problem): CauseLine => ({
      depth,
      cause: { kind: 'problem', problem },
      isRepeated,
    })),
    ...(blocked?.by ?? []).map((name): CauseLine => ({
      depth,
      cause: { kind: 'blocked' },
      ...upstreamOf(name, tasks),
      isRepeated,
    })),
    ...reasons.map((reason): CauseLine => ({
      depth,
      cause: { kind: 'reason', reason },
      ...upstreamOf(reason.stage, tasks),
      isRepeated,
    })),
  ]
}

function upstreamOf(
  name: string | undefined,
  tasks: ReadonlyMap<string, StageTask>,
): { readonly upstream?: StageTask } {
  const upstream = name === undefined ? undefined : tasks.get(name)
  return upstream === undefined ? {} : { upstream }
}

function cutOffOf({ decision, reasons }: StageTask): readonly CutOff[] {
  if (decision !== 'maybe') return []
  // It may have changed whatever comes from upstream.
  if (reasons.some(({ code }) => code !== 'upstream.ran' && code !== 'condition.open')) return []
  return reasons.flatMap(({ code, path, before, stage }) => {
    if (code !== 'upstream.ran' || path === undefined || before === undefined || stage === undefined) return []
    return [{ path, hash: before, stage }]
  })
}
