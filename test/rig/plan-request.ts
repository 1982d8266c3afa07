import type { PlanRequest } from '../../src/plan/make-plan.ts'

/** All of the project, as a call without flags asks for it. */
export function everything(cwd: string): PlanRequest {
  return {
    cwd,
    targets: [],
    recursive: false,
    glob: false,
    pipeline: false,
    allPipelines: true,
    downstream: false,
    options: {
      force: false,
      forceDownstream: false,
      singleItem: false,
      onError: 'fail',
      dry: false,
      commit: true,
      runCache: true,
      pull: false,
      allowMissing: false,
      interactive: false,
    },
  }
}
