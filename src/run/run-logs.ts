import { join } from 'node:path'
import { makeRestageFolder } from '../project/restage-folder.ts'
import type { RunId } from './events.ts'
import { logName } from './log-name.ts'

/** Where a run keeps the output of its attempts: `.restage/runs/<run>/logs/`. The folder is made with the first attempt,
 * so a run with nothing to do leaves no trace. */
export class RunLogs {
  readonly #root: string
  readonly #run: RunId
  #folder: string | undefined

  constructor(root: string, run: RunId) {
    this.#root = root
    this.#run = run
  }

  /** The log file of one attempt; absolute. Throws Node's file errors. */
  fileFor(address: string, attempt: number): string {
    this.#folder ??= makeRestageFolder(this.#root, 'runs', this.#run, 'logs')
    return join(this.#folder, `${logName(address)}.${attempt}.log`)
  }
}

/** The log of another attempt of the same task. */
export function attemptLog(log: string, attempt: number): string {
  return log.replace(/\.\d+\.log$/, `.${attempt}.log`)
}
