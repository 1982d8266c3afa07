import { setImmediate as nextTurn } from 'node:timers/promises'

// Long enough that the turns cost nothing, short enough that timers, output and Ctrl-C feel no delay.
const sliceMs = 10
let lastTurn = 0

/** True if the event loop has been held for a while; then `await nextTurn()` before going on. Synchronous file calls are
 * four times as fast as asynchronous ones, so many small files are handled synchronously, in slices. */
export function mustBreathe(): boolean {
  return performance.now() - lastTurn > sliceMs
}

/** Lets everything that waits have its turn. */
export async function breathe(): Promise<void> {
  await nextTurn()
  lastTurn = performance.now()
}
