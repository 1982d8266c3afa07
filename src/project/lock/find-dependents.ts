import type { BoundMark } from './anchors.ts'
import type { EntryRange } from './lock-layout.ts'

/** Names of the entries that hold aliases of anchors inside the entries to be replaced, directly or by way of each other.
 * `undefined` if such an alias stands outside of all entries. */
export function findDependents(
  entries: readonly EntryRange[],
  marks: readonly BoundMark[],
  replaced: ReadonlySet<string>,
): readonly string[] | undefined {
  const users = usersOf(entries, marks)
  const found = new Set(replaced)
  for (const name of found) {
    for (const user of users.get(name) ?? []) {
      if (user === undefined) return undefined
      found.add(user)
    }
  }
  return [...found].filter((name) => !replaced.has(name))
}

/** For each entry whose anchors others use: these, `undefined` for a place outside of the entries. */
function usersOf(
  entries: readonly EntryRange[],
  marks: readonly BoundMark[],
): ReadonlyMap<string, ReadonlySet<string | undefined>> {
  const homes = new Map<unknown, string | undefined>()
  const users = new Map<string, Set<string | undefined>>()
  let next = 0
  for (const { offset, isAlias, anchor } of marks) {
    while (next < entries.length && entries[next]!.end <= offset) next++
    const entry = entries[next]
    const home = entry !== undefined && entry.start <= offset ? entry.name : undefined
    if (!isAlias) homes.set(anchor, home)
    const owner = isAlias ? homes.get(anchor) : undefined
    if (owner === undefined || owner === home) continue
    const known = users.get(owner)
    if (known === undefined) users.set(owner, new Set([home]))
    else known.add(home)
  }
  return users
}
