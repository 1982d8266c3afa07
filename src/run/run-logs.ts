import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomic } from '../base/write-atomic.ts'
import type { RunId } from './events.ts'
import { logName } from './log-name.ts'

/** Where a run keeps the output of its attempts: `.restage/runs/<run>/logs/`. The folder is made with the first attempt,
 * so a run with nothing to do leaves no trace, and ignores itself, so `git status` stays clean. */
export class RunLogs {
  readonly #home: string
  readonly #folder: string
  #made = false

  constructor(root: string, run: RunId) {
    this.#home = join(root, '.restage')
    this.#folder = join(this.#home, 'runs', run, 'logs')
  }

  /** The log file of one attempt; absolute. Throws Node's file errors. */
  fileFor(address: string, attempt: number): string {
    if (!this.#made) this.#make()
    return join(this.#folder, `${logName(address)}.${attempt}.log`)
  }

  #make(): void {
    mkdirSync(this.#folder, { recursive: true })
    writeAtomic(join(this.#home, '.gitignore'), '*\n')
    this.#made = true
  }
}
