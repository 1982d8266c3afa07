import { type History, type RunsQuestion, timedRuns } from './history.ts'
import { readRecord, readTaskTimes, type RunRecord } from './read-run.ts'
import { listRuns } from './run-files.ts'

/** Reads the files of the runs themselves: slower, and always right. */
export class FileHistory implements History {
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

  durations(): ReadonlyMap<string, number> {
    const times = new Map<string, number[]>()
    for (const run of listRuns(this.#root)) {
      for (const [address, ms] of readTaskTimes(this.#root, run)) {
        const known = times.get(address) ?? []
        if (known.length < timedRuns) times.set(address, [...known, ms])
      }
    }
    return new Map([...times].map(([address, list]) => [address, list.reduce((sum, ms) => sum + ms, 0) / list.length]))
  }

  [Symbol.dispose](): void {}
}
