import { failed, type Result } from '../base/result.ts'
import type { LockBusy, LockPatience } from './lock-kind.ts'
import { cacheProblems } from './problems.ts'

export interface Waiter {
  readonly patience: LockPatience
  /** Called when its patience is over. */
  readonly refuse: (busy: Result<never>) => void
}

interface Place<T> {
  readonly waiter: T
  /** By `performance.now()`. */
  readonly since: number
  isTold: boolean
}

/** Those of this process who wait for one lock, in order. Somebody else may hold it for ever, so each waits as long as its
 * own patience lasts, whoever stands before it. */
export class WaitingLine<T extends Waiter> {
  #places: Place<T>[] = []

  get isEmpty(): boolean {
    return this.#places.length === 0
  }

  get first(): T | undefined {
    return this.#places[0]?.waiter
  }

  push(waiter: T): void {
    this.#places.push({ waiter, since: performance.now(), isTold: false })
  }

  shift(): T | undefined {
    return this.#places.shift()?.waiter
  }

  takeAll(): readonly T[] {
    return this.#places.splice(0).map(({ waiter }) => waiter)
  }

  /** The lock is not free: those who wait are told once, and those whose patience is over are refused. False: nobody is
   * left. */
  goesOnWaiting({ file, holder }: LockBusy): boolean {
    const now = performance.now()
    for (const place of this.#places) {
      const { onWait, quietMs = 0 } = place.waiter.patience
      if (place.isTold || now - place.since < quietMs) continue
      place.isTold = true
      onWait?.(holder, file)
    }
    const isOver = ({ since, waiter: { patience } }: Place<T>): boolean =>
      now - since >= patience.waitMs || patience.signal?.aborted === true
    const over = this.#places.filter(isOver)
    this.#places = this.#places.filter((place) => !isOver(place))
    for (const { since, waiter } of over) waiter.refuse(failed(cacheProblems.lockBusy(file, holder, now - since)))
    return !this.isEmpty
  }
}
