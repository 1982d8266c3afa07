/** Rank of an item that was put there by its rank; `undefined` for one that stood there before, which moves nobody. */
export type PlacedRank = number | undefined

/** Says before which of the items each new one goes, by its index: before the first one of higher rank, else at the end
 * (index `items.length`). New ones for the same place are in the order of their ranks. */
export function placeByRank<T extends { readonly rank: number }>(
  items: readonly PlacedRank[],
  news: readonly T[],
): ReadonlyMap<number, readonly T[]> {
  const placed = new Map<number, T[]>()
  let index = 0
  for (const item of news.toSorted((a, b) => a.rank - b.rank)) {
    // Ranks rise, so no later one goes before what an earlier one has passed.
    while (index < items.length && !((items[index] ?? -Infinity) > item.rank)) index++
    const others = placed.get(index)
    if (others === undefined) placed.set(index, [item])
    else others.push(item)
  }
  return placed
}
