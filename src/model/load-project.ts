import { join } from 'node:path'
import { joinPath, relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import { openGit } from '../git/git.ts'
import { ignoreSources } from '../git/ignore-sources.ts'
import { configFiles } from '../project/config/config-files.ts'
import { readDvcConfig } from '../project/config/read-dvc-config.ts'
import { openDocumentReader } from '../project/document-reader.ts'
import { openIgnoreRules } from '../project/ignore/ignore-rules.ts'
import { lockPath } from '../project/lock/lock-path.ts'
import type { StageRecord } from '../project/record.ts'
import { type Sources, withoutListed } from '../project/stamps.ts'
import { walkProject } from '../project/walk-project.ts'
import { loadStageFile, type LoadContext } from './load-stage-file.ts'
import type { Project } from './project.ts'
import { datasetStates, type WrittenDataset } from './datasets.ts'
import type { Dep, Stage, StageId } from './stage.ts'

export interface LoadOptions {
  /** Absolute path of the DVC root. */
  readonly root: string
  readonly env: NodeJS.ProcessEnv
}

/** Reads a whole project: settings, ignore rules, stage files, locks. Fails only if the settings cannot be used; what is
 * wrong elsewhere stands in the project's problems, and everything else is there. */
export async function loadProject(options: LoadOptions): Promise<Result<Project>> {
  const loaded = await loadWithSources(options)
  return loaded.ok ? ok(loaded.value.project) : loaded
}

/** A project and how to tell what it was read from. As long as that stays as it is, so does the project. */
export interface LoadedProject {
  readonly project: Project
  /** Asks git, so it takes a moment. */
  readonly sources: () => Promise<Sources>
}

/** Loads a project and tells what it was read from. */
export async function loadWithSources({ root, env }: LoadOptions): Promise<Result<LoadedProject>> {
  const config = readDvcConfig(root, env)
  if (!config.ok) return config
  const ignore = openIgnoreRules(root)
  const git = config.value.noScm ? undefined : await openGit(root)
  await using gitIgnore = git?.openIgnoreCheck()
  const reader = openDocumentReader(root)
  const context: LoadContext = { root, config: config.value, ignore, gitIgnore, reader }
  const stages: Stage[] = []
  const datasets: WrittenDataset[] = []
  const records = new Map<StageId, StageRecord>()
  const problems: Problem[] = []
  const files: string[] = []
  const load = async (path: string): Promise<readonly string[]> => {
    const file = relativeTo(root, path)
    const loaded = await loadStageFile(file, context)
    files.push(path, ...(file.endsWith('.dvc') ? [] : [joinPath(root, lockPath(file))]))
    for (const { stage, record } of loaded.stages) {
      stages.push(stage)
      if (record !== undefined) records.set(stage.id, record)
    }
    datasets.push(...loaded.datasets)
    problems.push(...loaded.problems)
    return loaded.stages.flatMap(({ stage }) =>
      stage.outs.filter((out) => out.scheme === 'local').map((out) => out.target),
    )
  }
  const walked = await walkProject({ root, ignore, gitIgnore, load })
  const all = withoutRepeats([...problems, ...walked.problems, ...ignore.problems])
  return ok({
    project: { root, config: config.value, stages: withDatasets(stages, datasets), records, problems: all },
    sources: async () => ({
      paths: [
        ...new Set([
          ...configFiles(root, env, process.platform),
          ...(config.value.noScm ? [] : await ignoreSources(root, git)),
          ...files,
          ...walked.sources.paths,
          ...withoutListed([...ignore.asked(), ...gitRules(walked.sources)], walked.sources.folders),
          ...reader.asked(),
        ]),
      ],
      folders: walked.sources.folders,
    }),
  })
}

function withDatasets(stages: readonly Stage[], datasets: readonly WrittenDataset[]): readonly Stage[] {
  if (!stages.some((stage) => stage.deps.some((dep) => dep.kind === 'dataset'))) return stages
  const states = datasetStates(datasets)
  const known = (dep: Dep): Dep => (dep.kind === 'dataset' ? { ...dep, state: states.get(dep.name) ?? 'unknown' } : dep)
  return stages.map((stage) => ({ ...stage, deps: stage.deps.map(known) }))
}

function gitRules({ folders }: Sources): readonly string[] {
  return [...folders.keys()].map((folder) => join(folder, '.gitignore'))
}

// A broken params file is met by every dvc.yaml that uses it.
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}
