import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface ProgramResult {
  /** 128 + n for signal n is not used: a signalled program has `exitCode` null and its `signal`. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A program that a test started. */
export class Program {
  readonly #child: ChildProcess
  readonly #chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  /** Settles when the program has ended and both its outputs are closed. */
  readonly result: Promise<ProgramResult>

  constructor(
    file: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly umask?: string },
  ) {
    // The modes that DVC gives its files depend on the umask: the recorded ones were made with 022.
    const argv = ['-c', `umask ${options.umask ?? '022'}; exec "$0" "$@"`, file, ...args]
    this.#child = spawn('/bin/sh', argv, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#chunks.stdout.push(chunk))
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#chunks.stderr.push(chunk))
    this.result = this.#end()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** What it has written to stdout so far. */
  get written(): string {
    return Buffer.concat(this.#chunks.stdout).toString('utf8')
  }

  /** What it has written to stderr so far. */
  get complaints(): string {
    return Buffer.concat(this.#chunks.stderr).toString('utf8')
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async #end(): Promise<ProgramResult> {
    const [exitCode, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null]
    const text = (stream: 'stdout' | 'stderr'): string => Buffer.concat(this.#chunks[stream]).toString('utf8')
    return { exitCode, signal, stdout: text('stdout'), stderr: text('stderr') }
  }
}
