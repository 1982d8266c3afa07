import { PathTrie } from '../base/path-trie.ts'
import { joinPath } from '../base/paths.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { isDvcFileName, parseTarget } from './parse-target.ts'
import type { Project } from './project.ts'
import { reachableStages } from './reachable-stages.ts'
import { type PathKind, TargetLookup, type TargetRequest } from './select-stages.ts'
import type { Stage } from './stage.ts'
import { buildStageGraph } from './stage-graph.ts'
import { TargetHints } from './target-hints.ts'
import { targetProblems } from './target-problems.ts'

/** A stage, or some of its outs. */
export interface DataSelection {
  readonly stage: Stage
  /** Absolute path: only the out at or above it is meant. */
  readonly inside?: string
}

export interface DataRequest extends Omit<TargetRequest, 'glob'> {
  /** Named stages bring along everything upstream. */
  readonly withDeps: boolean
}

/** What the targets of `status`, `checkout` and `commit` name: stages and DVC files as for a run, and outs and paths
 * inside them (DVC: `repo/stage.py::collect_granular`). Without targets: all stages. A stage wins over an output of the
 * same name. */
export function selectData(project: Project, request: DataRequest, kindOf: PathKind): Result<readonly DataSelection[]> {
  if (request.targets.length === 0) return ok(project.stages.map((stage) => ({ stage })))
  const selector = new DataSelector(project, request, kindOf)
  const found = request.targets.map((target) => selector.select(target))
  const problems = found.flatMap((result) => (result.ok ? [] : result.problems))
  return problems.length > 0
    ? failed(...problems)
    : ok(distinct(found.flatMap((result) => (result.ok ? result.value : []))))
}

class DataSelector {
  readonly #project: Project
  readonly #request: DataRequest
  readonly #kindOf: PathKind
  readonly #lookup: TargetLookup
  readonly #owners = new PathTrie<Stage>()

  constructor(project: Project, request: DataRequest, kindOf: PathKind) {
    this.#project = project
    this.#request = request
    this.#kindOf = kindOf
    this.#lookup = new TargetLookup(project, { ...request, glob: false }, kindOf)
    for (const stage of project.stages) {
      for (const out of stage.outs) if (out.scheme === 'local') this.#owners.add(out.target, stage)
    }
  }

  select(target: string): Result<readonly DataSelection[]> {
    const stages = this.#lookup.one(target)
    if (stages.ok) return ok(this.#withDeps(stages.value).map((stage) => ({ stage })))
    const path = joinPath(this.#request.cwd, target)
    const { file } = parseTarget(target)
    const isFile = file !== undefined && isDvcFileName(file)
    if (isFile || (this.#request.recursive && this.#kindOf(path) === 'directory')) return stages
    const owner = this.#owners.atOrAbove(path)[0]
    if (owner !== undefined) return ok([{ stage: owner, inside: path }])
    return stages.problems.every(({ code }) => notFound.has(code)) ? failed(this.#nothingFound(target)) : stages
  }

  #nothingFound(target: string): ReturnType<typeof targetProblems.nothingFound> {
    return targetProblems.nothingFound(
      target,
      new TargetHints(this.#project, this.#request.cwd).forName(target, 'dvc.yaml'),
    )
  }

  #withDeps(stages: readonly Stage[]): readonly Stage[] {
    if (!this.#request.withDeps) return stages
    const graph = buildStageGraph(this.#project.stages)
    const reached = reachableStages(
      graph,
      stages.flatMap((stage) => graph.indexOf.get(stage.id) ?? []),
      'upstream',
    )
    return graph.stages.filter((_, index) => reached.has(index))
  }
}

/** Answers that leave open whether the target is an output. */
const notFound: ReadonlySet<string> = new Set([
  'STAGE_NOT_FOUND',
  'NO_PIPELINE_HERE',
  'TARGET_IS_DIRECTORY',
  'TARGET_FILE_MISSING',
  'TARGET_FILE_NAME',
  'TARGET_WITHOUT_STAGES',
])

// A whole stage covers its outs.
function distinct(selections: readonly DataSelection[]): readonly DataSelection[] {
  const whole = new Set(selections.filter(({ inside }) => inside === undefined).map(({ stage }) => stage))
  const seen = new Map(selections.map((selection) => [`${selection.stage.id}\0${selection.inside ?? ''}`, selection]))
  return [...seen.values()].filter(({ stage, inside }) => inside === undefined || !whole.has(stage))
}
