import type { Decision, TaskCondition } from '../plan/plan.ts'
import type { TaskResult } from '../run/events.ts'

/** `4 to run, 2 maybe, 17 unchanged`. */
export function countText(tasks: readonly PlannedShape[]): string {
  const unmet = tasks.filter(isUnmet).length
  const parts = decisionWords.flatMap(([decision, words]) => {
    const count = tasks.filter((task) => task.decision === decision).length - (decision === 'skip' ? unmet : 0)
    return count === 0 ? [] : [`${count} ${words}`]
  })
  return [...parts, ...(unmet === 0 ? [] : [`${unmet} skipped by condition`])].join(', ')
}

interface PlannedShape {
  readonly decision: Decision
  readonly condition?: Pick<TaskCondition, 'outlook'>
}

/** True of a task that is skipped by condition, as planned. */
export function isUnmet({ condition }: PlannedShape): boolean {
  return condition?.outlook === 'unmet'
}

const decisionWords: readonly (readonly [Decision, string])[] = [
  ['run', 'to run'],
  ['maybe', 'maybe'],
  ['restore', 'to restore'],
  ['pull', 'to pull'],
  ['verify', 'to verify'],
  ['import', 'to import'],
  ['blocked', 'blocked'],
  ['frozen', 'frozen'],
  ['skip', 'unchanged'],
]

/** `ran 4 · skipped 17 · failed 1`. */
export function countResultsText(counts: Readonly<Partial<Record<TaskResult, number>>>): string {
  const parts = resultWords.map(([word, results]) => {
    const count = results.reduce((sum, result) => sum + (counts[result] ?? 0), 0)
    return count === 0 ? [] : [`${word} ${count}`]
  })
  return parts.flat().join(' · ')
}

const resultWords: readonly (readonly [word: string, results: readonly TaskResult[]])[] = [
  ['ran', ['ran']],
  ['restored', ['restored']],
  ['pulled', ['pulled']],
  ['verified', ['verified']],
  ['imported', ['imported']],
  ['skipped', ['skipped', 'frozen']],
  ['failed', ['failed']],
  ['stopped', ['cancelled']],
  ['blocked', ['blocked']],
]
