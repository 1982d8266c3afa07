import type { Stage } from '../model/stage.ts'
import type { StageRecord } from '../project/record.ts'

/** A stage with a command but neither deps nor outs; DVC runs it every time (`stage/__init__.py::is_callback`). */
export function isCallback(stage: Stage): boolean {
  return hasCommand(stage) && stage.deps.length === 0 && stage.outs.length === 0
}

export function hasCommand(stage: Stage): boolean {
  return stage.cmd !== undefined && stage.cmd.length > 0
}

/** Results of a stage can be looked up in the run cache (DVC: `stage/cache.py::_can_hash`). `params`: the values that it
 * tracks now, by file; where a file has none, DVC has nothing to make a key of. */
export function canUseRunCache(stage: Stage, params: StageRecord['params']): boolean {
  return (
    hasCommand(stage) &&
    !stage.alwaysChanged &&
    stage.deps.length > 0 &&
    stage.outs.length > 0 &&
    stage.deps.every((dep) => dep.kind === 'file' || dep.kind === 'params') &&
    [...params.values()].every((values) => values.size > 0) &&
    stage.outs.every((out) => out.scheme === 'local' && out.inRepo && !out.persist)
  )
}

/** Results of a stage are saved to the run cache: of outs that the cache does not hold, only metrics and plots are
 * accepted (DVC: `stage/__init__.py::run`). */
export function canSaveToRunCache(stage: Stage, params: StageRecord['params']): boolean {
  return canUseRunCache(stage, params) && stage.outs.every((out) => out.cache || out.metric || out.plot)
}
