import type { Problem } from '../base/problem.ts'
import type { Out, Stage } from '../model/stage.ts'
import { planProblems } from './problems.ts'
import { hasCommand } from './run-cache-rules.ts'
import type { WorkspaceView } from './workspace-view.ts'

/** What keeps a stage from being handled at all: outs that would have to be deleted or replaced and must not be.
 * `stage` in problems is its `name`. Known before anything runs, and asked again before anything is deleted. */
export function findForbiddenOuts(stage: Stage, name: string, workspace: WorkspaceView): readonly Problem[] {
  const changed = stage.outs.filter((out) => out.scheme === 'local' && isChangedBy(stage, out))
  return changed.flatMap((out): readonly Problem[] => {
    if (out.cache && !out.inRepo) return [planProblems.outOutsideCached(name, out.path, out.at)]
    const refusal = workspace.refuse(out.target)
    return refusal === undefined ? [] : [{ ...refusal, stage: name, at: out.at }]
  })
}

// Before a command all outs go but persisted ones, which are made safe to write to if the cache may hold them. Verifying
// changes only what is cached.
function isChangedBy(stage: Stage, out: Out): boolean {
  const isRun = hasCommand(stage) && !stage.frozen
  return out.cache || (isRun && !out.persist)
}
