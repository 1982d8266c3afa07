import { availableParallelism } from 'node:os'
import { failed, ok, type Result } from '../../base/result.ts'
import { addressFrom } from '../../model/address.ts'
import type { Project } from '../../model/project.ts'
import { stageTasks } from '../../plan/explain.ts'
import type { Plan } from '../../plan/plan.ts'
import { countMachine } from '../../policy/machine.ts'
import type { Settings } from '../../policy/settings.ts'
import { defaultGraceMs } from '../../policy/stage-policy.ts'
import { preparePolicies, type RunPolicies } from '../../run/run-policies.ts'
import type { CliIo } from '../cli-io.ts'
import type { RunFlags } from '../commands/run.ts'

/** What flags and settings together ask for. */
export interface ReadyPolicies {
  readonly settings: Settings
  readonly policies: RunPolicies
  readonly jobs: number
}

/** Makes the settings ready for a run of `plan`. Flags and variables win over them. */
export function readyPolicies(
  project: Project,
  { plan, settings }: { readonly plan: Plan; readonly settings: Settings },
  { io, flags }: { readonly io: CliIo; readonly flags: RunFlags },
): Result<ReadyPolicies> {
  const jobs = flags.jobs ?? settings.jobs ?? availableParallelism()
  const tasks = stageTasks(plan.root).filter(({ decision }) => decision === 'run' || decision === 'maybe')
  const policies = preparePolicies(
    { ...settings, deadlineMs: flags.deadline ?? settings.deadlineMs },
    {
      stages: tasks.map(({ stage }) => stage),
      addressOf: (stage) => addressFrom(stage, project.root, io.cwd),
      jobs,
      env: io.env,
      machine: () => countMachine(io.env),
      timeout: flags.timeout === undefined ? undefined : { afterMs: flags.timeout, graceMs: defaultGraceMs },
    },
  )
  return policies.ok ? ok({ settings, policies: policies.value, jobs }) : failed(...policies.problems)
}
