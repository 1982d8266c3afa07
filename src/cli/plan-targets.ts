import type { Result } from '../base/result.ts'
import { type MadePlan, makePlan } from '../plan/make-plan.ts'
import type { OpenProject } from './open-project.ts'
import { type ReproFlags, reproOptions } from './repro-options.ts'

/** Plans what the flags of `run` and `plan` ask for. */
export function planTargets(
  { project, workspace }: Pick<OpenProject, 'project' | 'workspace'>,
  cwd: string,
  targets: readonly string[],
  flags: ReproFlags,
): Promise<Result<MadePlan>> {
  return makePlan(project, workspace, {
    cwd,
    targets,
    recursive: flags.recursive ?? false,
    glob: flags.glob ?? false,
    pipeline: flags.pipeline ?? false,
    allPipelines: flags.allPipelines ?? false,
    downstream: flags.downstream ?? false,
    options: reproOptions(flags, project.config.interactive),
  })
}
