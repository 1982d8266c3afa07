import { closeSync, openSync, writeSync } from 'node:fs'
import type { RunEvent } from '../run/events.ts'
import { toLine } from './event-line.ts'

/** Writes each event of a run, as it comes, as a line of JSON. */
export class EventStream implements Disposable {
  readonly #write: (line: string) => void
  readonly #root: string
  readonly #close: () => void
  #seq = 0

  private constructor(root: string, write: (line: string) => void, close: () => void) {
    this.#root = root
    this.#write = write
    this.#close = close
  }

  static to(write: (line: string) => void, root: string): EventStream {
    return new EventStream(root, write, () => undefined)
  }

  /** Replaces the file. Throws Node's file errors. */
  static toFile(file: string, root: string): EventStream {
    const fd = openSync(file, 'w')
    return new EventStream(
      root,
      (line) => void writeSync(fd, line),
      () => closeSync(fd),
    )
  }

  append(event: RunEvent): void {
    this.#write(toLine(event, ++this.#seq, this.#root))
  }

  [Symbol.dispose](): void {
    this.#close()
  }
}
