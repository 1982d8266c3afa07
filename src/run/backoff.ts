/** Waits between the attempts of a task. */
export interface Backoff {
  /** Further attempts after the first. */
  readonly max: number
  /** Wait before the second attempt, in ms. */
  readonly backoffMs: number
  /** By how much each wait is longer than the one before. */
  readonly factor: number
  /** Longest wait, in ms, before chance is added. */
  readonly maxBackoffMs: number
  /** Share by which a wait is made longer or shorter by `luck`. */
  readonly jitter: number
}

/** The wait after attempt number `attempt` (from 1) has failed, in ms; `undefined`: it was the last. `luck`: 0 to 1. */
export function backoffMs(backoff: Backoff, attempt: number, luck: number): number | undefined {
  if (attempt > backoff.max) return undefined
  const wait = Math.min(backoff.backoffMs * backoff.factor ** (attempt - 1), backoff.maxBackoffMs)
  return Math.round(wait * (1 + backoff.jitter * (2 * luck - 1)))
}
