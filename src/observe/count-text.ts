import type { Decision } from '../plan/plan.ts'

/** `4 to run, 2 maybe, 17 unchanged`. */
export function countText(tasks: readonly { readonly decision: Decision }[]): string {
  const parts = decisionWords.flatMap(([decision, words]) => {
    const count = tasks.filter((task) => task.decision === decision).length
    return count === 0 ? [] : [`${count} ${words}`]
  })
  return parts.join(', ')
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
