import { type SpawnOptions, execFileSync, spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import type { Problem } from './problem.ts'

// Everything that differs between operating systems stands in this file: /proc, flock, signals and process groups.

/** The refusal on systems that lack what DVC's locks and our process groups need; `undefined` on Linux and macOS. */
export function refuseWindows(platform: NodeJS.Platform = process.platform): Problem | undefined {
  if (platform !== 'win32') return undefined
  return {
    code: 'PLATFORM_UNSUPPORTED',
    severity: 'error',
    message: 'Restage runs on Linux and macOS, and this is Windows',
    hint: 'Use it inside WSL 2, with the project on the Linux file system',
  }
}

/** True if a process of that id exists, also one of another user. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The command line of a process, as far as the system tells it. */
export function commandLineOf(pid: number): string | undefined {
  try {
    const text =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'ignore'],
          })
    return text.trim() || undefined
  } catch {
    return undefined
  }
}

/** Sends a signal to every process of a group; a group that has ended is left alone. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch (error) {
    // EPERM: macOS answers so when only zombies are left.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** The processes of a group that still run; zombies have ended. */
export function groupMembers(group: number): readonly number[] {
  if (!groupExists(group)) return []
  return process.platform === 'linux' ? membersFromProc(group) : membersFromPs(group)
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function membersFromProc(group: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isLiveMember(name, group))
    .map(Number)
}

function isLiveMember(pid: string, group: number): boolean {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return false // ended meanwhile
  }
  // The command's name stands in parentheses and may itself hold blanks and parentheses.
  const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(pgrp) === group && state !== 'Z' && state !== 'X'
}

function membersFromPs(group: number): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, pgid, state]) => Number(pgid) === group && state !== undefined && !state.startsWith('Z'))
    .map(([pid]) => Number(pid))
}

/** `unavailable`: neither `flock` nor `perl` is installed, so nothing can be locked. */
export type FlockAnswer = 'taken' | 'busy' | 'unavailable'

/** Tries to take an exclusive BSD lock on an open file without waiting.
 *
 * Node has no flock(2), so a helper takes it on the descriptor it inherits: the lock belongs to the open file, not to
 * the process, and stays until the descriptor is closed or this process dies. Other children do not keep it, because
 * Node opens files with close-on-exec. */
export async function tryFlock(fd: number): Promise<FlockAnswer> {
  // util-linux and busybox; macOS has perl instead.
  for (const [program, ...args] of [
    ['flock', '-n', '3'],
    ['perl', '-e', 'open(my $f, "+<&=3") or exit 2; exit(flock($f, 6) ? 0 : 1)'],
  ] as const) {
    const code = await exitCodeOf(program, args, { stdio: ['ignore', 'ignore', 'ignore', fd] })
    if (code === 0) return 'taken'
    if (code === 1) return 'busy'
  }
  return 'unavailable'
}

// `undefined`: the program could not be started.
function exitCodeOf(program: string, args: readonly string[], options: SpawnOptions): Promise<number | undefined> {
  return new Promise((resolve) => {
    // In a session of its own, so that a Ctrl-C in the terminal does not end it and cost a finished stage its record.
    const child = spawn(program, args, { ...options, detached: true })
    child.once('error', () => resolve(undefined))
    child.once('exit', (code) => resolve(code ?? undefined))
  })
}
