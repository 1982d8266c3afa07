/** Rank of an entry that this run added; `undefined` for one that stood there before, which moves nobody. */
export type EntryRank = number | undefined

/** Says before which of the entries each new one goes, by its index: before the first one of higher rank, else at the end
 * (index `entries.length`). New ones for the same place are in the order of their ranks. */
export function placeNewEntries<T extends { readonly rank: number }>(
  entries: readonly EntryRank[],
  news: readonly T[],
): ReadonlyMap<number, readonly T[]> {
  const placed = new Map<number, T[]>()
  let index = 0
  for (const item of news.toSorted((a, b) => a.rank - b.rank)) {
    // Ranks rise, so no later one goes before what an earlier one has passed.
    while (index < entries.length && !((entries[index] ?? -Infinity) > item.rank)) index++
    const others = placed.get(index)
    if (others === undefined) placed.set(index, [item])
    else others.push(item)
  }
  return placed
}
