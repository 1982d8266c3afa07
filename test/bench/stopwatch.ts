import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { checkout } from '../rig/peers.ts'

/** A command to be measured. `argv[0]` is an absolute path. */
export interface Command {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Where its output goes. @default nowhere */
  readonly stdout?: string
  /** Start it so often, with its number as last argument. */
  readonly times?: number
  /** How many of them at a time. */
  readonly atOnce?: number
  /** The exit code of success. @default 0 */
  readonly exit?: number
  /** What is not measured: brings back the state in which every round begins. */
  readonly before?: () => void
}

/** What a command cost: seconds, and the largest memory of one process in KiB. */
export interface Cost {
  readonly wall: number
  readonly cpu: number
  readonly memory: number
}

/** Measures commands by a small process of its own, see stopwatch.py. */
export class Stopwatch implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor() {
    const python = process.env['RESTAGE_PYTHON'] ?? 'python3'
    this.#process = spawn(python, [join(checkout, 'test/bench/stopwatch.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#answers = createInterface(this.#process.stdout!)[Symbol.asyncIterator]()
  }

  /** Throws if the command does not end as it should: a failing command has no cost worth telling. */
  async measure({ before, exit = 0, ...command }: Command): Promise<Cost> {
    before?.()
    const env = { ...benchEnv(), ...command.env }
    const stderr = '/tmp/restage-bench-stderr'
    this.#process.stdin!.write(`${JSON.stringify({ ...command, env, stderr })}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error('The stopwatch has ended')
    const answer = JSON.parse(value) as Cost & { readonly exit: number; readonly error?: string }
    if (answer.error !== undefined) throw new Error(`${command.argv.join(' ')}: ${answer.error}`)
    if (answer.exit !== exit) throw new Error(`${command.argv.join(' ')} ended with ${answer.exit}, see ${stderr}`)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin!.end()
    await new Promise((resolve) => this.#process.once('close', resolve))
  }
}

/** Nothing of the user's own settings reaches the programs. */
function benchEnv(): Record<string, string> {
  const home = '/tmp/restage-bench-home'
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    DVC_NO_ANALYTICS: '1',
    DVC_SITE_CACHE_DIR: `${home}/site`,
    DVC_GLOBAL_CONFIG_DIR: `${home}/global`,
    DVC_SYSTEM_CONFIG_DIR: `${home}/system`,
  }
}
