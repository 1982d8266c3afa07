import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, readFileSync, readdirSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { namesIn } from './names-in.ts'
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

/** True if some process holds a BSD lock on the file, without trying for it. Where the system does not tell: if the
 * process is alive whose id is the file's content. */
export function isFlocked(file: string): boolean {
  try {
    if (process.platform !== 'linux') return isProcessAlive(Number(readFileSync(file, 'utf8')) || -1)
    const { ino } = statSync(file)
    const locks = readFileSync('/proc/locks', 'latin1').split('\n')
    return locks.some((line) => line.includes(' FLOCK ') && line.includes(`:${ino} `))
  } catch {
    return false
  }
}

/** When a process started, as the system counts it: with its id it names a process, as ids are used again. */
export function startOfProcess(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return fieldsOfStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))[19]
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return String(Date.parse(started.trim()))
  } catch {
    return undefined
  }
}

// From the third field on. The command's name stands in parentheses and may itself hold blanks and parentheses.
function fieldsOfStat(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Processes that were started with these variables, as far as the system tells: only Linux does, and of one's own
 * processes. It looks at all processes, so not for every stage. */
export function processesWith(env: Readonly<Record<string, string>>): readonly ProcessName[] {
  const wanted = Object.entries(env).map(([name, value]) => `\0${name}=${value}\0`)
  return namesIn('/proc').flatMap((pid): ProcessName | [] => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    try {
      const has = `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`
      if (!wanted.every((variable) => has.includes(variable))) return []
      return { pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }
    } catch {
      return [] // it has ended, or is somebody else's
    }
  })
}

export interface ProcessName {
  readonly pid: number
  readonly name: string
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
  const [state, , pgrp] = fieldsOfStat(stat)
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

/** `unavailable`: neither `perl` nor `flock` is installed, so nothing can be locked. */
export type FlockAnswer = 'taken' | 'busy' | 'unavailable'

/** Takes and gives back the exclusive BSD lock of one open file.
 *
 * Node has no flock(2), so a helper process calls it on the descriptor it inherits: the lock belongs to the open file, not
 * to a process. The helper ends when we do, and then the kernel takes the lock back. Other children do not keep it,
 * because Node opens files with close-on-exec. */
export class FileLocker {
  readonly #fd: number
  #helper: LockHelper | undefined

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Does not wait. */
  async tryLock(): Promise<FlockAnswer> {
    this.#helper ??= new LockHelper(this.#fd)
    const answer = await this.#helper.ask('lock')
    // Without perl (macOS and git bring it), util-linux or busybox may have a program for a single lock.
    return answer === 'unavailable' ? await lockOnce(this.#fd) : answer
  }

  /** Gives the lock back and closes the file. */
  close(): void {
    this.#helper?.end()
    closeSync(this.#fd)
  }

  /** Gives the lock back and keeps the file for the next time; false if that cannot be done, then `close` it. */
  async unlock(): Promise<boolean> {
    return (await this.#helper?.ask('unlock')) === 'taken'
  }
}

const lockProgram = `open(my $file, "+<&=3") or exit 2; $| = 1;
while (<STDIN>) { print flock($file, /^lock/ ? 6 : 8) ? "taken\n" : "busy\n" }`

// One process for many locks: starting one each time costs more than everything else a short stage needs.
class LockHelper {
  readonly #process: ChildProcess
  readonly #waiting: ((answer: FlockAnswer) => void)[] = []
  #text = ''
  #hasEnded = false

  constructor(fd: number) {
    // In a session of its own, so that a Ctrl-C in the terminal does not end it and cost a finished stage its record.
    this.#process = spawn('perl', ['-e', lockProgram], { stdio: ['pipe', 'pipe', 'ignore', fd], detached: true })
    this.#process.once('error', () => this.#ended())
    this.#process.once('close', () => this.#ended())
    this.#process.stdin?.on('error', () => this.#ended())
    this.#process.stdout?.setEncoding('latin1').on('data', (text: string) => this.#read(text))
    this.#keepWaitingFor(false)
  }

  ask(what: 'lock' | 'unlock'): Promise<FlockAnswer> {
    if (this.#hasEnded) return Promise.resolve('unavailable')
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#keepWaitingFor(true)
      this.#process.stdin?.write(`${what}\n`)
    })
  }

  end(): void {
    this.#process.stdin?.end()
  }

  #read(text: string): void {
    const lines = (this.#text + text).split('\n')
    this.#text = lines.pop() ?? ''
    for (const line of lines) this.#waiting.shift()?.(line === 'taken' ? 'taken' : 'busy')
    if (this.#waiting.length === 0) this.#keepWaitingFor(false)
  }

  #ended(): void {
    this.#hasEnded = true
    for (const resolve of this.#waiting.splice(0)) resolve('unavailable')
  }

  // Only an open question keeps our own process alive.
  #keepWaitingFor(answer: boolean): void {
    const how = answer ? 'ref' : 'unref'
    this.#process[how]()
    ;(this.#process.stdout as Socket | null)?.[how]()
    ;(this.#process.stdin as Socket | null)?.[how]()
  }
}

function lockOnce(fd: number): Promise<FlockAnswer> {
  return new Promise((resolve) => {
    const child = spawn('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd], detached: true })
    child.once('error', () => resolve('unavailable'))
    child.once('exit', (code) => resolve(code === 0 ? 'taken' : code === 1 ? 'busy' : 'unavailable'))
  })
}

/** Makes a named pipe that only this user can open; Node has no call for it. Throws if it cannot be made. */
export function makeFifo(path: string): void {
  execFileSync('mkfifo', ['-m', '600', '--', path], { stdio: ['ignore', 'ignore', 'ignore'] })
}

/** How many processes the kernel has ended for lack of memory since it started; 0 where it does not tell. */
export function memoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
