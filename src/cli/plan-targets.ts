import type { Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import { type MadePlan, makePlan } from '../plan/make-plan.ts'
import { type ReadSettings, readSettings } from '../policy/read-settings.ts'
import { noSettings } from '../policy/settings.ts'
import type { CliIo } from './cli-io.ts'
import type { OpenProject } from './open-project.ts'
import { whileHashing } from './progress-line.ts'
import { type ReproFlags, reproOptions } from './repro-options.ts'

/** A plan, and the settings that it was made by. */
export interface PlannedTargets extends MadePlan, Pick<ReadSettings, 'settings'> {
  /** What is wrong or doubtful about the settings. If they cannot be used, the plan is made as if there were none. */
  readonly settingsProblems: readonly Problem[]
}

/** Plans what the flags of `run` and `plan` ask for. */
export async function planTargets(
  { project, workspace }: Pick<OpenProject, 'project' | 'workspace'>,
  io: CliIo,
  targets: readonly string[],
  flags: ReproFlags & { readonly quiet?: boolean },
): Promise<Result<PlannedTargets>> {
  const read = await readSettings(project)
  const { settings, warnings } = read.ok ? read.value : { settings: noSettings, warnings: [] }
  const request = {
    cwd: io.cwd,
    targets,
    recursive: flags.recursive ?? false,
    glob: flags.glob ?? false,
    pipeline: flags.pipeline ?? false,
    allPipelines: flags.allPipelines ?? false,
    downstream: flags.downstream ?? false,
    options: reproOptions(flags, project.config.interactive),
    conditionOf: settings.conditionOf,
  }
  const make = (): ReturnType<typeof makePlan> => makePlan(project, workspace, request)
  const made = await (flags.quiet ? make() : whileHashing(io, make))
  return made.ok ? ok({ ...made.value, settings, settingsProblems: read.ok ? warnings : read.problems }) : made
}
