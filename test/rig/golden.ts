import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkout } from './peers.ts'
import type { Golden, GoldenRun } from './run-dvc.ts'
import type { Snapshot } from './snapshot.ts'

/** What DVC did with the fixture when it was last recorded (`npm run record`). */
export async function readGolden(fixture: string): Promise<Golden> {
  const stored = JSON.parse(await readFile(goldenFile(fixture), 'utf8')) as StoredGolden
  let last = nothing
  const runs = stored.runs.map(({ changes, ...run }): GoldenRun => {
    last = applyChanges(last, changes)
    return { ...run, snapshot: last }
  })
  return { ...stored, runs }
}

export async function writeGolden(fixture: string, golden: Golden): Promise<void> {
  const runs = golden.runs.map(({ snapshot, ...run }, index) => {
    return { ...run, changes: changesBetween(golden.runs[index - 1]?.snapshot ?? nothing, snapshot) }
  })
  await writeFile(goldenFile(fixture), JSON.stringify({ ...golden, runs } satisfies StoredGolden, null, 1) + '\n')
}

/** In the file each run holds only what differs from the run before; null: gone. */
interface StoredGolden extends Omit<Golden, 'runs'> {
  readonly runs: readonly (Omit<GoldenRun, 'snapshot'> & { readonly changes: Changes })[]
}

type Changes = { readonly [Part in keyof Snapshot]?: Readonly<Record<string, string | null>> }

const nothing: Snapshot = { locks: {}, ignores: {}, dataFiles: {}, objects: {}, runs: {}, files: {} }
const parts = Object.keys(nothing) as (keyof Snapshot)[]

function changesBetween(before: Snapshot, after: Snapshot): Changes {
  const changed = parts.map((part) => [part, changedEntries(before[part], after[part])] as const)
  return Object.fromEntries(changed.filter(([, entries]) => Object.keys(entries).length > 0))
}

function changedEntries(before: Entries, after: Entries): Record<string, string | null> {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return Object.fromEntries(
    paths.filter((path) => before[path] !== after[path]).map((path) => [path, after[path] ?? null]),
  )
}

function applyChanges(before: Snapshot, changes: Changes): Snapshot {
  return Object.fromEntries(
    parts.map((part) => {
      const entries = Object.entries({ ...before[part], ...changes[part] })
      return [part, Object.fromEntries(entries.filter((entry) => entry[1] !== null))]
    }),
  ) as unknown as Snapshot
}

type Entries = Readonly<Record<string, string>>

function goldenFile(fixture: string): string {
  return join(checkout, 'test/golden', `${fixture}.json`)
}
