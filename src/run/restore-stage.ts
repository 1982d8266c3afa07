import { ok, type Result } from '../base/result.ts'
import type { Workspace } from '../cache/workspace.ts'
import type { Stage } from '../model/stage.ts'
import { findItem, type StageRecord } from '../project/record.ts'

/** Puts earlier results into the workspace. */
export async function checkOutResults(stage: Stage, record: StageRecord, workspace: Workspace): Promise<Result<void>> {
  for (const out of stage.outs) {
    const item = findItem(record.outs, out.path)
    if (item === undefined) throw new Error(`Internal error: no result for ${out.path}`)
    // An uncached metric comes back as a plain copy: it belongs to git.
    const done = await workspace.checkoutOut(out.target, item, { copy: !out.cache })
    if (!done.ok) return done
  }
  return ok(undefined)
}
