import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { checkout } from './peers.ts'

/** DVC's error, by the name of its class. */
export interface DvcError {
  readonly error: string
  readonly says?: string
}

/** A stage as DVC has it. */
export interface DvcStage {
  readonly cmd: string | readonly string[] | null
  readonly wdir: string
  readonly frozen: boolean
  readonly always_changed: boolean
  readonly deps: readonly string[]
  readonly params: readonly (readonly [file: string, keys: readonly string[]])[]
  readonly outs: readonly (readonly unknown[])[]
}

/** What DVC makes of a project. */
export interface DvcView {
  /** All stages, `file:name`, with those that each depends on; an error if the project as a whole is refused. */
  readonly graph: { readonly stages?: readonly string[]; readonly edges?: Edges } & Partial<DvcError>
  /** Each dvc.yaml by itself. */
  readonly files: Readonly<Record<string, DvcFile>>
  /** As `dvc status --json`; absent if it fails or the graph did. */
  readonly status?: Readonly<Record<string, unknown>>
  /** Why there is no status. */
  readonly error?: string
  readonly says?: string
}

export type Edges = Readonly<Record<string, readonly string[]>>
export type DvcFile = DvcError | { readonly stages: Readonly<Record<string, DvcStage | DvcError>> }

/** The real DVC, asked again and again without starting it anew. */
export class DvcServer implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(program: string, env: Readonly<Record<string, string>>) {
    const python = join(dirname(program), 'python')
    this.#process = spawn(python, [join(checkout, 'test/rig/dvc-server.py')], {
      env: { ...env, PYTHONWARNINGS: 'ignore', PYTHONHASHSEED: '0' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface(this.#process.stdout!)[Symbol.asyncIterator]()
  }

  /** `files`: dvc.yaml files to be looked at one by one, relative to the root. */
  async look(root: string, files: readonly string[]): Promise<DvcError | { readonly answer: DvcView }> {
    return (await this.#ask({ do: 'look', root, files })) as DvcError | { readonly answer: DvcView }
  }

  /** `dvc repro -P` */
  async run(root: string): Promise<{ readonly ok: boolean; readonly error?: string; readonly says?: string }> {
    return (await this.#ask({ do: 'run', root })) as { readonly ok: boolean }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin!.end()
    if (this.#process.exitCode === null) await once(this.#process, 'close')
  }

  async #ask(request: object): Promise<unknown> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('The judge has ended')
    return JSON.parse(value)
  }
}
