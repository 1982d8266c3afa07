import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readIfExists } from '../base/read-if-exists.ts'
import { ok, type Result } from '../base/result.ts'
import { withRepoLock } from '../cache/repo-lock.ts'
import type { Project } from '../model/project.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { readDataFile } from '../project/data-file/read-data-file.ts'
import { lockPath } from '../project/lock/lock-path.ts'
import { readLock } from '../project/lock/read-lock.ts'
import type { StageRecord } from '../project/record.ts'

/** What others have recorded since the project was read. Its lock files are looked at with one `stat`, and read again
 * only if somebody else has written them. */
export class LockNews {
  readonly #project: Project
  readonly #known = new Map<string, string>()
  readonly #names = new Map<string, Map<string, StageId>>()

  constructor(project: Project) {
    this.#project = project
    for (const { id, file, name } of project.stages) {
      const names = this.#names.get(file) ?? new Map<string, StageId>()
      this.#names.set(file, names.set(name, id))
    }
  }

  /** Writes a lock file under the repository lock, without its becoming news. */
  write(file: string, body: () => void): void {
    const wasKnown = this.#isKnown(file)
    body()
    if (wasKnown) this.#known.set(file, signOf(file))
  }

  /** The records of all stages in the lock file of `stage`, if somebody else has written it since we last looked. It is
   * read under the repository lock, for DVC writes it in place. */
  async lookUp(
    stage: Stage,
    options: { readonly waitMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Result<ReadonlyMap<StageId, StageRecord | undefined> | undefined>> {
    const file = join(this.#project.root, lockPath(stage.file))
    if (this.#isKnown(file)) return ok(undefined)
    const { root, config } = this.#project
    return await withRepoLock(root, { config, ...options }, async () => {
      this.#known.set(file, signOf(file))
      const text = readIfExists(file)
      const names = this.#names.get(stage.file) ?? new Map<string, StageId>()
      const none = [...names.values()].map((id): RecordOf => [id, undefined])
      return new Map([...none, ...recordsIn(text, stage, names)])
    })
  }

  // What was written before we began was read when the project was.
  #isKnown(file: string): boolean {
    const known = this.#known.get(file)
    return known === undefined ? changeTimeOf(file) < performance.timeOrigin : known === signOf(file)
  }
}

type RecordOf = readonly [StageId, StageRecord | undefined]

function recordsIn(
  text: string | undefined,
  { file }: Stage,
  names: ReadonlyMap<string, StageId>,
): readonly RecordOf[] {
  if (text === undefined) return []
  if (file.endsWith('.dvc')) {
    const read = readDataFile(text, file)
    return read.ok ? [...names.values()].map((id) => [id, read.value.record]) : []
  }
  return [...readLock(text, lockPath(file)).lock.entries].flatMap(([name, record]) => {
    const id = names.get(name)
    return id === undefined ? [] : [[id, record]]
  })
}

function signOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`
}

function changeTimeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0
}
