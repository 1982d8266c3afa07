import { relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import { openGit } from '../git/git.ts'
import { readDvcConfig } from '../project/config/read-dvc-config.ts'
import { openDocumentReader } from '../project/document-reader.ts'
import { openIgnoreRules } from '../project/ignore/ignore-rules.ts'
import type { StageRecord } from '../project/record.ts'
import { walkProject } from '../project/walk-project.ts'
import { loadStageFile, type LoadContext } from './load-stage-file.ts'
import type { Project } from './project.ts'
import type { Stage, StageId } from './stage.ts'

export interface LoadOptions {
  /** Absolute path of the DVC root. */
  readonly root: string
  readonly env: NodeJS.ProcessEnv
}

/** Reads a whole project: settings, ignore rules, stage files, locks. Fails only if the settings cannot be used; what is
 * wrong elsewhere stands in the project's problems, and everything else is there. */
export async function loadProject({ root, env }: LoadOptions): Promise<Result<Project>> {
  const config = readDvcConfig(root, env)
  if (!config.ok) return config
  const ignore = openIgnoreRules(root)
  const git = config.value.noScm ? undefined : await openGit(root)
  await using gitIgnore = git?.openIgnoreCheck()
  const context: LoadContext = { root, config: config.value, ignore, gitIgnore, reader: openDocumentReader(root) }
  const stages: Stage[] = []
  const records = new Map<StageId, StageRecord>()
  const problems: Problem[] = []
  const load = async (path: string): Promise<readonly string[]> => {
    const loaded = await loadStageFile(relativeTo(root, path), context)
    for (const { stage, record } of loaded.stages) {
      stages.push(stage)
      if (record !== undefined) records.set(stage.id, record)
    }
    problems.push(...loaded.problems)
    return loaded.stages.flatMap(({ stage }) =>
      stage.outs.filter((out) => out.scheme === 'local').map((out) => out.target),
    )
  }
  const walked = await walkProject({ root, ignore, git, load })
  const all = withoutRepeats([...problems, ...walked.problems, ...ignore.problems])
  return ok({ root, config: config.value, stages, records, problems: all })
}

// A broken params file is met by every dvc.yaml that uses it.
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}
