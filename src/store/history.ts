import { listRuns } from './run-files.ts'
import { readRecord, type RunRecord } from './read-run.ts'

/** What is remembered of earlier runs. The files that runs leave are the truth; anything else is a faster way to them. */
export interface History extends Disposable {
  /** Newest first. */
  runs(question: RunsQuestion): readonly RunRecord[]
}

export interface RunsQuestion {
  readonly most: number
  /** @default all */
  readonly states?: readonly RunRecord['state'][] | undefined
}

export async function openHistory(root: string): Promise<History> {
  return new FileHistory(root)
}

/** Reads the files of the runs themselves. */
class FileHistory implements History {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  runs({ most, states }: RunsQuestion): readonly RunRecord[] {
    const found: RunRecord[] = []
    for (const run of listRuns(this.#root)) {
      const record = readRecord(this.#root, run)
      if (record !== undefined && (states === undefined || states.includes(record.state))) found.push(record)
      if (found.length === most) break
    }
    return found
  }

  [Symbol.dispose](): void {}
}
