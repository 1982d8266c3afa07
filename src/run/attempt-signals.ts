import type { TimeoutPolicy } from '../policy/stage-policy.ts'
import type { AttemptSignals } from './engine.ts'

/** Signals of one stage of a run, which can be ended alone. */
export class StageSignals implements AttemptSignals {
  readonly #stop = new AbortController()
  readonly #kill = new AbortController()

  get stop(): AbortSignal {
    return this.#stop.signal
  }

  get kill(): AbortSignal {
    return this.#kill.signal
  }

  request(how: 'gently' | 'kill'): void {
    this.#stop.abort()
    if (how === 'kill') this.#kill.abort()
  }
}

/** Signals that also end what takes longer than a timeout: it is asked to end first, and killed after the grace time. */
export interface TimedSignals extends AttemptSignals, Disposable {
  /** The time was over before anybody else asked for an end. */
  readonly isOver: () => boolean
}

export function withTimeout(signals: AttemptSignals, timeout: TimeoutPolicy | undefined): TimedSignals {
  if (timeout === undefined)
    return { stop: signals.stop, kill: signals.kill, isOver: () => false, [Symbol.dispose]: () => undefined }
  const own = new StageSignals()
  let isOver = false
  const end = (): void => {
    isOver = true
    own.request('gently')
    timer = startTimer(timeout.graceMs, () => own.request('kill'))
  }
  let timer = startTimer(timeout.afterMs, end)
  const onStop = (): void => own.request('gently')
  const onKill = (): void => own.request('kill')
  if (signals.stop.aborted) onStop()
  signals.stop.addEventListener('abort', onStop, { once: true })
  signals.kill.addEventListener('abort', onKill, { once: true })
  return {
    stop: own.stop,
    kill: own.kill,
    isOver: () => isOver && !signals.stop.aborted,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      signals.stop.removeEventListener('abort', onStop)
      signals.kill.removeEventListener('abort', onKill)
    },
  }
}

const longestTimer = 2 ** 31 - 1

// Beyond 24 days a timer of Node fires at once.
function startTimer(ms: number, then: () => void): NodeJS.Timeout {
  return setTimeout(then, Math.min(ms, longestTimer))
}
