import { closeSync, openSync } from 'node:fs'
import { fileProblem } from '../base/file-problem.ts'
import type { Problem } from '../base/problem.ts'
import { writeAll } from '../base/write-all.ts'
import type { RunEvent } from '../run/events.ts'
import { toLine } from './event-line.ts'

/** Writes each event of a run, as it comes, as a line of JSON. What cannot be written is told and then left: a run does not
 * fail for who watches it. */
export class EventStream implements Disposable {
  readonly #write: (line: string) => void
  readonly #root: string
  readonly #close: () => void
  #seq = 0
  #problem: Problem | undefined

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
      (line) => writeAll(fd, line),
      () => closeSync(fd),
    )
  }

  /** Why the stream is not whole. */
  get problem(): Problem | undefined {
    return this.#problem
  }

  append(event: RunEvent): void {
    if (this.#problem !== undefined) return
    try {
      this.#write(toLine(event, ++this.#seq, this.#root))
    } catch (error) {
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      this.#problem = { ...problem, severity: 'warning' }
    }
  }

  [Symbol.dispose](): void {
    this.#close()
  }
}
