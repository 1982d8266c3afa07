import type { Result } from '../base/result.ts'
import type { StageId } from '../model/stage.ts'

/** What must hold for a stage to be handled at all (`when` in restage.yaml). */
export interface Condition {
  /** As written. */
  readonly text: string
  /** The files that it looks into, absolute. */
  readonly reads: readonly string[]
  /** The stages that make these files. */
  readonly makers: readonly StageId[]
  /** Looks into the files as they are now. */
  judge(): Result<Judgement>
}

export interface Judgement {
  readonly isMet: boolean
  /** The values that it rests on: `metrics["eval.json"].auc = 0.75`. */
  readonly found: string
}
