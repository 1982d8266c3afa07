import { closeSync, constants, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { errnoOf } from '../base/file-problem.ts'
import { makeFifo } from '../base/platform.ts'
import { writeAll } from '../base/write-all.ts'
import { SecretMask } from './secret-mask.ts'

/** A log from which secrets are kept: commands write to `path`, a named pipe, and what they write goes on to the log with
 * every secret masked. Attempts without secrets write to their log themselves. */
export class MaskedLog {
  /** Where commands write. */
  readonly path: string
  readonly #mask: SecretMask
  readonly #log: number
  readonly #readEnd: number
  readonly #writeEnd: number
  readonly #reader: Socket
  #failure: Error | undefined

  /** Throws Node's file errors. */
  constructor(log: string, secrets: Iterable<string>) {
    this.path = `${log}.pipe`
    this.#mask = new SecretMask(secrets)
    mkdirSync(dirname(log), { recursive: true })
    rmSync(this.path, { force: true })
    makeFifo(this.path)
    this.#log = openSync(log, 'a')
    // Ours, so that the pipe neither ends between two commands nor waits for somebody at its other end.
    this.#readEnd = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK)
    this.#writeEnd = openSync(this.path, constants.O_WRONLY | constants.O_NONBLOCK)
    this.#reader = new Socket({
      fd: openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK),
      readable: true,
      writable: false,
    })
    this.#reader.on('data', (piece: Buffer) => this.#append(this.#mask.write(piece)))
  }

  /** Call when everything that wrote has ended: what is still in the pipe is in the log afterwards. Throws Node's file
   * error if the log could not be written; the commands have been let go on. */
  close(): void {
    this.#reader.destroy()
    const buffer = Buffer.alloc(64 * 1024)
    for (let length = this.#readMore(buffer); length > 0; length = this.#readMore(buffer))
      this.#append(this.#mask.write(buffer.subarray(0, length)))
    this.#append(this.#mask.end())
    for (const fd of [this.#readEnd, this.#writeEnd, this.#log]) closeSync(fd)
    rmSync(this.path, { force: true })
    if (this.#failure !== undefined) throw this.#failure
  }

  #readMore(buffer: Buffer): number {
    try {
      return readSync(this.#readEnd, buffer)
    } catch (error) {
      if (errnoOf(error) === 'EAGAIN') return 0
      throw error
    }
  }

  #append(bytes: Buffer): void {
    if (this.#failure !== undefined) return
    try {
      writeAll(this.#log, bytes)
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error('Internal error', { cause: error })
    }
  }
}
