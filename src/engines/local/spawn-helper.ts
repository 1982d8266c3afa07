import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, closeSync, constants as modes, fstatSync, openSync, readSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { getSystemErrorName } from 'node:util'
import { besideBundle } from '../../base/beside-bundle.ts'
import { groupMembers, signalGroup } from '../../base/platform.ts'
import { helperProgram } from './helper-program.ts'

/** A command to be started. */
export interface CommandStart {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The file at whose end stdout and stderr are written, in the order they come. */
  readonly log: string
  /** Beside what all commands of the helper inherit. */
  readonly env: Readonly<Record<string, string>>
}

/** How a command ended: with an exit code, by a signal, not started at all (for want of its program or of its log), or
 * killed because the helper that watched it has died. */
export type CommandEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not-started'; readonly what: 'log' | 'program'; readonly errno: string }
  | { readonly kind: 'lost' }

/** A command that was started. */
export interface StartedCommand {
  /** How its first process ended. Resolves when the whole process group has ended. */
  readonly ended: Promise<CommandEnd>
  /** Signals its whole process group. */
  signal(name: NodeJS.Signals): void
}

/** Starts commands through a small process, see `helperProgram`. It is started with the first command, again if it dies,
 * and ends with us. Only commands that run keep our own process alive. */
export class SpawnHelper {
  readonly #env: NodeJS.ProcessEnv
  readonly #argv: HelperArgv
  #current: HelperProcess | undefined
  #lastId = 0

  /** `env`: what commands inherit. */
  constructor(env: NodeJS.ProcessEnv, argv: HelperArgv = helperArgv()) {
    this.#env = env
    this.#argv = argv
  }

  start(command: CommandStart): StartedCommand {
    if (this.#current?.isGone !== false) this.#current = new HelperProcess(this.#argv, this.#env, command.log)
    return this.#current.start(++this.#lastId, command)
  }

  /** Resolves when the helper has ended. Call when no command runs. */
  async close(): Promise<void> {
    await this.#current?.close()
  }
}

class HelperProcess {
  readonly #process: ChildProcessWithoutNullStreams
  /** Descriptor of the nameless file to which processes write whose they are. */
  readonly #pids: number
  readonly #running = new Map<number, (end: CommandEnd) => void>()
  #unread = ''
  isGone = false

  constructor([program, ...args]: HelperArgv, env: NodeJS.ProcessEnv, log: string) {
    this.#pids = openNameless(`${log}.pids`)
    // What the user sets for perl is meant for the commands. A session of its own: Ctrl-C in the terminal is ours to
    // pass on.
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PERL'))
    this.#process = spawn(program, args, {
      cwd: '/',
      env: { ...Object.fromEntries(own), LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'ignore', this.#pids],
      detached: true,
    }) as ChildProcessWithoutNullStreams
    this.#process.once('error', () => this.#gone())
    this.#process.once('close', () => this.#gone())
    this.#process.stdin.on('error', () => undefined)
    this.#process.stdout.setEncoding('latin1').on('data', (text: string) => this.#read(text))
    this.#send('env', 0, fieldsOf(env))
  }

  start(id: number, { program, args, cwd, log, env }: CommandStart): StartedCommand {
    if (this.#running.size === 0) this.#keepWaiting(true)
    const ended: StartedCommand['ended'] = new Promise((settle) => this.#running.set(id, settle))
    this.#send('run', id, [cwd, log, String(1 + args.length), program, ...args, ...fieldsOf(env)])
    return { ended, signal: (name) => this.#send('signal', id, [name.slice('SIG'.length)]) }
  }

  async close(): Promise<void> {
    if (this.isGone) return
    this.#keepWaiting(true)
    const gone = once(this.#process, 'close')
    this.#process.stdin.end()
    await gone
  }

  #send(verb: string, id: number, fields: readonly string[]): void {
    const payload = Buffer.from(fields.map((field) => `${field}\0`).join(''))
    this.#process.stdin.write(Buffer.concat([Buffer.from(`${verb} ${id} ${payload.length}\n`), payload]))
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\n')
    this.#unread = lines.pop() ?? ''
    for (const line of lines) {
      const [verb, id, number, last] = line.split(' ')
      if (verb === 'failed') this.#settle(Number(id), notStarted(Number(number), last))
      else if (last === '0') this.#settle(Number(id), endOf(Number(number)))
      else void this.#settleAfter(Number(last), Number(id), endOf(Number(number)))
    }
  }

  // Wait for the whole group, not only the shell: a background child may still be writing an out, and a hash taken now
  // would record half a file.
  async #settleAfter(group: number, id: number, end: CommandEnd): Promise<void> {
    await groupEnd(group)
    this.#send('forget', id, [])
    this.#settle(id, end)
  }

  #settle(id: number, end: CommandEnd): void {
    const settle = this.#running.get(id)
    // A process that became no command ends too, later, when our own may be waiting for the end of the helper.
    if (settle === undefined) return
    settle(end)
    this.#running.delete(id)
    if (this.#running.size === 0) this.#keepWaiting(false)
  }

  // Nobody watches the commands any more, so how they end cannot be known. Whoever would have become one has noted that
  // by now, since it held our side of the pipe.
  #gone(): void {
    if (this.isGone) return
    this.isGone = true
    const groups = groupsIn(this.#pids)
    closeSync(this.#pids)
    for (const id of this.#running.keys()) {
      const group = groups.get(id)
      if (group === undefined) this.#settle(id, { kind: 'lost' })
      else {
        signalGroup(group, 'SIGKILL')
        const settle = this.#running.get(id)
        this.#running.delete(id)
        void groupEnd(group).then(() => settle?.({ kind: 'lost' }))
      }
    }
  }

  #keepWaiting(answer: boolean): void {
    const how = answer ? 'ref' : 'unref'
    this.#process[how]()
    ;(this.#process.stdout as unknown as Socket)[how]()
    ;(this.#process.stdin as unknown as Socket)[how]()
  }
}

/** How the helper is called. */
export type HelperArgv = readonly [string, ...string[]]

/** In perl, and where that is missing, as a small Node. */
function helperArgv(): HelperArgv {
  const perl = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'perl'))
    .find(isExecutable)
  if (perl !== undefined) return [perl, '-e', helperProgram]
  const worker = besideBundle('spawn-worker.cjs')
  if (worker === undefined) throw new Error('Internal error: no helper that starts commands')
  return [process.execPath, worker]
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, modes.X_OK)
    return true
  } catch {
    return false
  }
}

function openNameless(path: string): number {
  const fd = openSync(path, 'ax+')
  rmSync(path)
  return fd
}

// Ids are not used twice.
function groupsIn(pids: number): ReadonlyMap<number, number> {
  const bytes = Buffer.alloc(fstatSync(pids).size)
  readSync(pids, bytes, 0, bytes.length, 0)
  const lines = bytes.toString('latin1').split('\n')
  return new Map(lines.map((line) => line.split(' ').map(Number)).map(([id, pid]) => [id!, pid!]))
}

async function groupEnd(group: number): Promise<void> {
  for (let waitMs = 1; groupMembers(group).length > 0; waitMs = Math.min(waitMs * 2, 100)) await sleep(waitMs)
}

function fieldsOf(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
}

function notStarted(errno: number, what: string | undefined): CommandEnd {
  return { kind: 'not-started', what: what === 'log' ? 'log' : 'program', errno: getSystemErrorName(-errno) }
}

// As wait(2) has it.
function endOf(status: number): CommandEnd {
  const signal = status & 0x7f
  return signal === 0 ? { kind: 'exit', code: status >> 8 } : { kind: 'signal', signal: nameOf(signal) }
}

function nameOf(number: number): NodeJS.Signals {
  const found = Object.entries(constants.signals).find(([, value]) => value === number)
  return (found?.[0] ?? `SIG${number}`) as NodeJS.Signals
}
