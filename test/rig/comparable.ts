import type { Scenario } from './scenarios.ts'
import type { Snapshot } from './snapshot.ts'

/** Where DVC's own order is not settled, entries and lines are compared as sets. */
export function comparable(snapshot: Snapshot, scenario: Pick<Scenario, 'anyOrder'>): Snapshot {
  if (scenario.anyOrder !== true) return snapshot
  return { ...snapshot, locks: sorted(snapshot.locks, /\n(?= {2}\S)/), ignores: sorted(snapshot.ignores, /\n/) }
}

function sorted(texts: Readonly<Record<string, string>>, separator: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [path, text.trimEnd().split(separator).toSorted().join('\n')]),
  )
}
