import type { RwPaths } from '../cache/rwlock.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { depTargets } from '../model/stage-graph.ts'
import type { StageTask } from '../plan/plan.ts'

/** What the stages of a run announce to DVC, in the order of the run. */
export class StageClaims {
  readonly #tasks: readonly StageTask[]
  readonly #address: (stage: Stage) => string
  readonly #places: ReadonlyMap<StageId, number>

  constructor(tasks: readonly StageTask[], address: (stage: Stage) => string) {
    this.#tasks = tasks
    this.#address = address
    this.#places = new Map(tasks.map(({ stage }, place) => [stage.id, place]))
  }

  /** One entry for each stage: equal commands of one process would count as one holder. */
  of(stage: Stage): RwPaths {
    return claimOf(stage, `restage run ${this.#address(stage)}`)
  }

  /** Those of the stages that come after one and may run. */
  *after({ id }: Stage): Iterable<RwPaths> {
    for (let at = (this.#places.get(id) ?? -1) + 1; at < this.#tasks.length; at++) {
      const { stage, decision } = this.#tasks[at]!
      if (decision !== 'skip') yield this.of(stage)
    }
  }
}

/** What handling a stage reads and writes, as DVC is told. */
export function claimOf(stage: Stage, cmd: string): RwPaths {
  return { read: depTargets(stage), write: stage.outs.map((out) => out.target), cmd }
}
