import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Program, ProgramResult } from './program.ts'

/** One command of a stage that has started and does what the test says. */
export interface Invocation {
  /** DVC's address of the stage: `DVC_STAGE`. */
  readonly stage: string
  readonly command: string
  readonly pid: number
  /** Carries out the real command and gives its exit code; the process goes on living. */
  run(): Promise<number>
  /** Ends the process with that code. */
  exit(code: number): void
  /** Settles when the process is gone, however it ended. */
  readonly ended: Promise<void>
}

/** Stands in for the shell of stages: `SHELL` set to `gate.shell` hands every command to the test, which decides when
 * and how it ends. The commands themselves, and so dvc.lock, stay as they are. */
export class Gate implements AsyncDisposable {
  static readonly shell: string = join(import.meta.dirname, 'bin', 'sh')

  readonly #server: Server
  readonly #socketFile: string
  readonly #arrived: Invocation[] = []
  readonly #waiting: ((invocation: Invocation) => void)[] = []
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, socketFile: string) {
    this.#server = server
    this.#socketFile = socketFile
    server.on('connection', (socket) => this.#receive(socket))
  }

  /** `folder`: a short path, for a socket's name has about 100 characters. */
  static async open(folder: string): Promise<Gate> {
    const socketFile = join(folder, 'gate')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(socketFile, resolve))
    return new Gate(server, socketFile)
  }

  /** For the program whose stages are steered. */
  get env(): Readonly<Record<string, string>> {
    return { SHELL: Gate.shell, RESTAGE_GATE: this.#socketFile }
  }

  /** The next command to start, in order of arrival; an error if `program` ends instead. */
  async next(program: Program): Promise<Invocation> {
    const arrived = this.#arrived.shift()
    if (arrived !== undefined) return arrived
    const next = new Promise<Invocation>((resolve) => this.#waiting.push(resolve))
    return await Promise.race([next, program.result.then(endedInstead)])
  }

  /** How many commands have started and were not asked for yet. */
  get arrived(): number {
    return this.#arrived.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #receive(socket: Socket): void {
    this.#sockets.add(socket)
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => socket.destroy())
    let done: (exit: number) => void = () => {}
    createInterface({ input: socket }).on('line', (line) => {
      const message = JSON.parse(line) as GateMessage
      if (message.event === 'done') return done(message.exit)
      this.#announce({
        stage: message.stage,
        command: message.command,
        pid: message.pid,
        ended,
        run: () =>
          new Promise((resolve) => {
            done = resolve
            socket.write('run\n')
          }),
        exit: (code) => socket.write(`exit ${code}\n`),
      })
    })
  }

  #announce(invocation: Invocation): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#arrived.push(invocation)
    else waiting(invocation)
  }
}

function endedInstead({ exitCode, stdout, stderr }: ProgramResult): never {
  throw new Error(`The program ended with ${exitCode} and started no further command: ${stdout}${stderr}`)
}

type GateMessage =
  | { readonly event: 'started'; readonly stage: string; readonly command: string; readonly pid: number }
  | { readonly event: 'done'; readonly exit: number }
