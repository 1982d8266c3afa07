import type { Problem, SourceRange } from '../base/problem.ts'
import type { Scalar } from '../base/value.ts'
import type { IgnoreRules } from '../project/ignore/ignore-rules.ts'
import type { TargetContext } from './resolve-target.ts'
import type { Report } from './templating/fault.ts'

/** What deps and outs of one stage are built with. */
export interface ItemContext extends TargetContext {
  readonly ignore: IgnoreRules
  readonly report: Report
  /** Where something stands; `path` starts at the stage's entry. */
  readonly placeOf: (path: readonly Scalar[]) => SourceRange
}

/** Reports a fault and gives nothing. */
export function refuse(
  context: ItemContext,
  path: readonly Scalar[],
  problem: (at: SourceRange) => Problem,
): undefined {
  context.report({ path, problem })
  return undefined
}

/** True for the names that DVC keeps for stage files (DVC: `dvcfile.py::is_valid_filename`). */
export function isStageFile(path: string): boolean {
  return path.endsWith('.dvc') || path === 'dvc.yaml' || path.endsWith('/dvc.yaml')
}
