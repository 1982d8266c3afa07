import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileProblem } from '../base/file-problem.ts'
import { thisProcess } from '../base/process-owner.ts'
import type { Problem } from '../base/problem.ts'
import { writeAll } from '../base/write-all.ts'
import { makeRestageFolder } from '../project/restage-folder.ts'
import type { RunEvent } from '../run/events.ts'
import { toLine } from './event-line.ts'

/** Records a run's events in a file of its own as they come. Until something is really done, or others are waited for, they
 * are only kept: a run with nothing to do leaves no trace. History is never worth a run: what cannot be written is told and then left. */
export class EventFile implements Disposable {
  readonly #root: string
  #kept: RunEvent[] = []
  #fd: number | undefined
  #seq = 0
  #problem: Problem | undefined

  constructor(root: string) {
    this.#root = root
  }

  /** Why the history of this run is not whole. */
  get problem(): Problem | undefined {
    return this.#problem
  }

  /** Something was recorded. */
  get isMade(): boolean {
    return this.#fd !== undefined
  }

  append(event: RunEvent): void {
    if (this.#problem !== undefined) return
    this.#kept.push(event)
    if (this.#fd === undefined && !isWork(event)) return
    const events = this.#kept
    this.#kept = []
    try {
      this.#fd ??= this.#open(event)
      const lines = events.map((each) => this.#line(each)).join('')
      writeAll(this.#fd, lines)
    } catch (error) {
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      this.#problem = {
        ...problem,
        severity: 'warning',
        message: `The history of this run is not whole: ${problem.message}`,
      }
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
  }

  #open({ run }: RunEvent): number {
    return openSync(join(makeRestageFolder(this.#root, 'runs', run), 'events.ndjson'), 'a')
  }

  #line(event: RunEvent): string {
    const seq = ++this.#seq
    const owner = seq === 1 ? thisProcess() : undefined
    return toLine(event, seq, this.#root, owner)
  }
}

// A run that waits for others is one that somebody may want to end, so it has to be found.
function isWork(event: RunEvent): boolean {
  if (event.type === 'warning') return event.code === 'LOCK_WAIT'
  if (event.type === 'task-ended')
    return event.result !== 'skipped' && event.result !== 'frozen' && event.isWithheld !== true
  return event.type === 'attempt-started'
}
