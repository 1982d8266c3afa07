import { constants } from 'node:os'
import type { AttemptSignals } from '../run/engine.ts'
import { withReaderGone } from './process-io.ts'

/** Why a run was asked to end from outside. */
export type StopCause = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'reader-gone'

/** While `body` is under way, signals stop it instead of ending the process: the first asks it to end gently, the second
 * kills what it started. Resolves to what `body` gave and the first cause, if there was one. */
export async function withSignals<T>(
  body: (signals: AttemptSignals) => Promise<T>,
): Promise<{ readonly value: T; readonly cause: StopCause | undefined }> {
  const stop = new AbortController()
  const kill = new AbortController()
  let cause: StopCause | undefined
  const request = (why: StopCause): void => {
    cause ??= why
    if (stop.signal.aborted) kill.abort()
    else stop.abort()
  }
  // Each write to a closed pipe fails: only the first one counts.
  const onReaderGone = (): void => {
    if (!stop.signal.aborted) request('reader-gone')
  }
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  names.forEach((name) => process.on(name, request))
  try {
    const value = await withReaderGone(onReaderGone, () => body({ stop: stop.signal, kill: kill.signal }))
    return { value, cause }
  } finally {
    names.forEach((name) => process.off(name, request))
  }
}

/** 130 for SIGINT, 143 for SIGTERM, 141 for a closed pipe, as shells count. */
export function exitCodeOfCause(cause: StopCause): number {
  return 128 + (cause === 'reader-gone' ? constants.signals.SIGPIPE : constants.signals[cause])
}
