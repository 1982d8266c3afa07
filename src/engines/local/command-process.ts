import type { AttemptSignals } from '../../run/engine.ts'
import type { CommandEnd, CommandStart, SpawnHelper, StartedCommand } from './spawn-helper.ts'

/** How long a group that was asked to end may take before it is killed. */
const graceMs = 10_000

/** Runs one command in a process group of its own and resolves when the whole group has ended.
 *
 *   running ──stop──▶ SIGINT ──grace──▶ SIGTERM ──half the grace──▶ SIGKILL
 *      └─────kill──────────────────────────────────────────────────▶ SIGKILL          */
export async function runCommand(
  helper: SpawnHelper,
  command: CommandStart,
  signals: AttemptSignals,
): Promise<CommandEnd> {
  const started = helper.start(command)
  const release = endOnRequest(started, signals)
  try {
    return await started.ended
  } finally {
    release()
  }
}

// Passes requests to end on to the group; the returned function stops doing so.
function endOnRequest(command: StartedCommand, signals: AttemptSignals): () => void {
  const timers: NodeJS.Timeout[] = []
  const after = (ms: number, signal: NodeJS.Signals): void => {
    timers.push(setTimeout(() => command.signal(signal), ms))
  }
  const stop = (): void => {
    command.signal('SIGINT')
    after(graceMs, 'SIGTERM')
    after(graceMs * 1.5, 'SIGKILL')
  }
  const kill = (): void => command.signal('SIGKILL')
  if (signals.stop.aborted) stop()
  else signals.stop.addEventListener('abort', stop, { once: true })
  if (signals.kill.aborted) kill()
  else signals.kill.addEventListener('abort', kill, { once: true })
  return () => {
    timers.forEach(clearTimeout)
    signals.stop.removeEventListener('abort', stop)
    signals.kill.removeEventListener('abort', kill)
  }
}
