import { isInsideOrEqual, relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { addressFrom } from '../model/address.ts'
import type { Dep, FileDep, ParamsDep, Stage } from '../model/stage.ts'
import type { ReproOptions } from './plan.ts'
import type { PlanStep } from './plan-scope.ts'
import { isBroughtIn } from './is-brought-in.ts'
import { planProblems } from './problems.ts'
import type { StageStatus } from './reasons.ts'
import { hasCommand } from './run-cache-rules.ts'
import type { WorkspaceView } from './workspace-view.ts'

/** What would make a changed stage fail before its command runs, or without one, as far as it shows now. `status` is the
 * one expected when its turn comes. */
export function findObstacles(
  step: PlanStep,
  status: StageStatus,
  situation: {
    readonly workspace: WorkspaceView
    readonly options: ReproOptions
    /** Some earlier step runs something, which may make folders. */
    readonly isAnythingRun: boolean
  },
): readonly Problem[] {
  const { stage, name } = step
  if (isBroughtIn(stage, status.record)) return []
  if (stage.frozen || !hasCommand(stage)) return missingData(step, situation.workspace)
  const { workspace, options, isAnythingRun } = situation
  const ofDeps = stage.deps.flatMap((dep) => {
    if (dep.kind === 'dataset' && status.deps.get(dep.path) === 'not in sync')
      return [planProblems.datasetNotInSync(name, dep.name, dep.at)]
    if (status.deps.get(dep.path) === 'deleted') return missingDep(step, dep, workspace.root, options)
    return dep.kind === 'params' ? faultyParams(name, dep, status) : []
  })
  const problems = [...status.faults, ...ofDeps]
  if (isAnythingRun || workspace.exists(stage.wdir, 'dep')) return problems
  return [...problems, planProblems.wdirMissing(name, relativeTo(workspace.root, stage.wdir), stage.at)]
}

// Outs of a stage that runs nothing must be there to be verified (DVC: `stage/utils.py::check_missing_outputs`).
function missingData({ stage, name }: PlanStep, workspace: WorkspaceView): readonly Problem[] {
  const missing = stage.outs.filter((out) => !workspace.exists(out.target, 'out')).map((out) => out.path)
  return missing.length > 0 ? [planProblems.dataMissing(name, missing, stage.at)] : []
}

// With `--pull` tracked data is fetched before the command.
function missingDep({ name, producers }: PlanStep, dep: Dep, root: string, options: ReproOptions): readonly Problem[] {
  if (dep.kind !== 'file' && dep.kind !== 'params') return []
  const maker = producers.find((producer) => makes(producer, dep))
  if (maker !== undefined && options.pull) return []
  return [planProblems.depMissing(name, dep.path, dep.at, maker && addressFrom(maker, root, root))]
}

/** True if the dep lies on, in or above an out of the stage. */
export function makes(producer: Stage, { target }: FileDep | ParamsDep): boolean {
  return producer.outs.some((out) => isInsideOrEqual(out.target, target) || isInsideOrEqual(target, out.target))
}

function faultyParams(name: string, dep: ParamsDep, status: StageStatus): readonly Problem[] {
  const read = status.params.get(dep.savedPath)
  if (read === undefined) return []
  if (read.missing.length > 0) return [planProblems.paramMissing(name, read.missing, dep.path, dep.at)]
  return read.unsupported === undefined ? [] : [planProblems.paramUnsupported(name, dep.path, read.unsupported, dep.at)]
}
