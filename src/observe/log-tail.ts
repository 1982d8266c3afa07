import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

/** Follows a log file that a command is writing: hands out its lines as they become complete. Files are read, not
 * pipes, so a reader that is slow or dies never holds up the command. */
export class LogTail {
  readonly #file: string
  readonly #decoder = new StringDecoder('utf8')
  #fd: number | undefined
  #position = 0
  #rest = ''

  constructor(file: string) {
    this.#file = file
  }

  /** Hands over the lines that have been completed since the last call. */
  read(onLine: (line: string) => void): void {
    this.#fd ??= tryOpen(this.#file)
    if (this.#fd === undefined) return
    // What is written while we read is for the next call, or we might never end.
    const end = fstatSync(this.#fd).size
    while (this.#position < end) {
      const length = readSync(this.#fd, buffer, 0, Math.min(buffer.length, end - this.#position), this.#position)
      if (length === 0) return
      this.#position += length
      this.#take(this.#decoder.write(buffer.subarray(0, length)), onLine)
    }
  }

  /** Hands over all that is there, a last line without its end too. */
  flush(onLine: (line: string) => void): void {
    this.read(onLine)
    this.#take(this.#decoder.end(), onLine)
    if (this.#rest !== '') onLine(this.#rest)
    this.#rest = ''
  }

  /** The same, and closes the file. */
  end(onLine: (line: string) => void): void {
    this.flush(onLine)
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #take(text: string, onLine: (line: string) => void): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    lines.forEach(onLine)
    // A progress bar is overwritten: only its last state counts. A line without end must not fill the memory.
    const overwritten = this.#rest.lastIndexOf('\r', this.#rest.length - 2)
    if (overwritten !== -1) this.#rest = this.#rest.slice(overwritten + 1)
    if (this.#rest.length < longestLine) return
    onLine(this.#rest)
    this.#rest = ''
  }
}

// Shared: reads are synchronous.
const buffer = Buffer.alloc(64 * 1024)
const longestLine = 64 * 1024

function tryOpen(file: string): number | undefined {
  try {
    // Many commands print nothing.
    return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0 ? undefined : openSync(file, 'r')
  } catch {
    return undefined
  }
}
