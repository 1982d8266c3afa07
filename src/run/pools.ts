/** Amounts of what tasks share: cores, bytes of memory, devices, tokens, mutexes. */
export type Pools = Readonly<Record<string, number>>

/** What a task holds of one pool while it runs. */
export interface Demand {
  readonly pool: string
  readonly amount: number
}

/** There is enough for the task, and nobody before it waits for any of it. */
export function fits(free: Pools, uses: readonly Demand[], wanted: ReadonlySet<string>): boolean {
  return uses.every(({ pool, amount }) => (free[pool] ?? 0) >= amount && !wanted.has(pool))
}

/** The pools of which there is not enough. */
export function shortOf(free: Pools, uses: readonly Demand[]): readonly string[] {
  return uses.filter(({ pool, amount }) => (free[pool] ?? 0) < amount).map(({ pool }) => pool)
}

export function take(free: Pools, uses: readonly Demand[]): Pools {
  return change(free, uses, -1)
}

export function give(free: Pools, uses: readonly Demand[]): Pools {
  return change(free, uses, 1)
}

function change(free: Pools, uses: readonly Demand[], sign: 1 | -1): Pools {
  if (uses.length === 0) return free
  const changed = { ...free }
  for (const { pool, amount } of uses) changed[pool] = (changed[pool] ?? 0) + sign * amount
  return changed
}
