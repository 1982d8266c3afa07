import { LocalEngine } from '../../engines/local/local-engine.ts'
import { openGit } from '../../git/git.ts'
import type { Plan } from '../../plan/plan.ts'
import type { RunContext, RunSummary } from '../../run/run-context.ts'
import { runPlan } from '../../run/run-plan.ts'
import type { CliIo } from '../cli-io.ts'
import type { OpenProject } from '../open-project.ts'

export type RunHere = Omit<RunContext, 'project' | 'workspace' | 'git' | 'engine' | 'cwd' | 'clock'> & {
  /** Of commands. */
  readonly env: NodeJS.ProcessEnv
}

/** Carries out a plan by processes of this machine. If all went well, git gets what it should take, where the project asks
 * for that (DVC: `core.autostage`). */
export async function runHere(
  { project, workspace }: Pick<OpenProject, 'project' | 'workspace'>,
  plan: Plan,
  { env, ...context }: RunHere,
  { cwd }: Pick<CliIo, 'cwd'>,
): Promise<RunSummary & { readonly hasGit: boolean }> {
  const git = await openGit(project.root)
  await using engine = new LocalEngine(workspace, env)
  const summary = await runPlan(plan, { ...context, project, workspace, git, engine, cwd, clock: () => new Date() })
  const { exitCode, changedFiles } = summary
  if (exitCode === 0 && project.config.autostage && changedFiles.length > 0) await git?.add(changedFiles)
  return { ...summary, hasGit: git !== undefined }
}
