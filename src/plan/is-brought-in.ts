import type { Stage } from '../model/stage.ts'
import type { StageRecord } from '../project/record.ts'

/** A changed stage is an import whose data is brought in anew: one that is not frozen, or one whose data never came
 * (`--no-download`), frozen or not (DVC: `stage/__init__.py::run`). */
export function isBroughtIn(stage: Stage, record: StageRecord | undefined): boolean {
  return stage.kind === 'import' && (!stage.frozen || record?.outs.every((out) => out.hash === undefined) === true)
}
