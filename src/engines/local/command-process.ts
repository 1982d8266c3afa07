// execa is for tools we call; a stage's command gets Node's own spawn, because its output goes straight to an open
// file, its group must be ours to signal, and execa costs milliseconds for each of thousands of commands.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { groupMembers, signalGroup } from '../../base/platform.ts'
import type { AttemptSignals } from '../../run/engine.ts'

export interface CommandOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Descriptor of the open log file; stdout and stderr go to it in the order they are written. */
  readonly logFd: number
  readonly signals: AttemptSignals
}

/** How a command ended: with an exit code, by a signal, or not started at all. */
export type CommandEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not-started'; readonly error: NodeJS.ErrnoException }

/** How long a group that was asked to end may take before it is killed. */
const graceMs = 10_000

/** Runs one command in a process group of its own and resolves when the whole group has ended.
 *
 *   running ──stop──▶ SIGINT ──grace──▶ SIGTERM ──half the grace──▶ SIGKILL
 *      └─────kill──────────────────────────────────────────────────▶ SIGKILL          */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandEnd> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', options.logFd, options.logFd],
    detached: true, // a session, and so a process group, of its own
  })
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', error }))
    child.once('exit', (code, signal) =>
      resolve(signal === null ? { kind: 'exit', code: code ?? 0 } : { kind: 'signal', signal }),
    )
  })
  const group = child.pid
  if (group === undefined) return ended
  const release = endOnRequest(group, options.signals)
  try {
    const end = await ended
    // Wait for the whole group, not only the shell: a background child may still be writing an out,
    // and a hash taken now would record half a file.
    await groupEnd(group)
    return end
  } finally {
    release()
  }
}

// Passes requests to end on to the group; the returned function stops doing so.
function endOnRequest(group: number, signals: AttemptSignals): () => void {
  const timers: NodeJS.Timeout[] = []
  const after = (ms: number, signal: NodeJS.Signals): void => {
    timers.push(setTimeout(() => signalGroup(group, signal), ms))
  }
  const stop = (): void => {
    signalGroup(group, 'SIGINT')
    after(graceMs, 'SIGTERM')
    after(graceMs * 1.5, 'SIGKILL')
  }
  const kill = (): void => signalGroup(group, 'SIGKILL')
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

async function groupEnd(group: number): Promise<void> {
  for (let waitMs = 1; groupMembers(group).length > 0; waitMs = Math.min(waitMs * 2, 100)) await sleep(waitMs)
}
