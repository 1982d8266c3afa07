import { basename } from 'node:path'
import { compileFnmatch } from '../base/fnmatch.ts'
import { groupBy } from '../base/group-by.ts'
import { isInside, joinPath, relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { type ParsedTarget, isDvcFileName, parseGlobTarget, parseTarget } from './parse-target.ts'
import type { Project } from './project.ts'
import { postOrder } from './repro-order.ts'
import type { Stage } from './stage.ts'
import { buildStageGraph } from './stage-graph.ts'
import { TargetHints } from './target-hints.ts'
import { targetProblems } from './target-problems.ts'

export interface TargetRequest {
  readonly targets: readonly string[]
  /** Absolute; targets are seen from here. */
  readonly cwd: string
  /** A directory stands for the stages declared inside it (`-R`). */
  readonly recursive: boolean
  /** A target is a pattern of stage names (`--glob`). */
  readonly glob: boolean
}

/** What stands at an absolute path. */
export type PathKind = (path: string) => 'file' | 'directory' | 'missing'

/** The stages that the targets of a run name, each once, in the order of the targets (DVC: `repo/stage.py`). Without
 * targets: those of the `dvc.yaml` of the working directory. Unlike in DVC, a target that matches nothing is a mistake:
 * DVC then runs everything. */
export function selectStages(project: Project, request: TargetRequest, kindOf: PathKind): Result<readonly Stage[]> {
  return new TargetLookup(project, request, kindOf).all()
}

/** Looks targets up, one by one. */
export class TargetLookup {
  readonly #project: Project
  readonly #request: TargetRequest
  readonly #kindOf: PathKind
  readonly #hints: TargetHints
  readonly #byFile: ReadonlyMap<string, readonly Stage[]>

  constructor(project: Project, request: TargetRequest, kindOf: PathKind) {
    this.#project = project
    this.#request = request
    this.#kindOf = kindOf
    this.#hints = new TargetHints(project, request.cwd)
    this.#byFile = groupBy(project.stages, (stage) => stage.file)
  }

  all(): Result<readonly Stage[]> {
    const { targets, glob } = this.#request
    if (targets.length === 0)
      return glob ? failed(targetProblems.patternMissing()) : this.inFile({ file: undefined, name: undefined })
    const found = targets.map((target) => this.one(target))
    const problems = found.flatMap((result) => (result.ok ? [] : result.problems))
    return problems.length > 0
      ? failed(...problems)
      : ok([...new Set(found.flatMap((result) => (result.ok ? result.value : [])))])
  }

  one(target: string): Result<readonly Stage[]> {
    const { recursive, glob } = this.#request
    const path = this.#resolve(target)
    if (recursive && this.#kindOf(path) === 'directory') return this.#insideDirectory(target, path)
    if (glob) return this.#matching(parseGlobTarget(target))
    const parsed = parseTarget(target)
    if (basename(parsed.file ?? parsed.name ?? '') === 'dvc.lock') return failed(targetProblems.lockFile(target))
    return this.inFile(parsed)
  }

  /** The stages of one DVC file that go by a name, or all of them. */
  inFile({ file, name }: ParsedTarget): Result<readonly Stage[]> {
    const stages = this.#stagesOf(file)
    // A .dvc file is one stage and has no names.
    if (!stages.ok || name === undefined || file?.endsWith('.dvc')) return stages
    const named = stages.value.filter((stage) => stage.family === name)
    const found = named.length > 0 ? named : stages.value.filter((stage) => stage.name === name)
    return found.length > 0 ? ok(found) : this.#nameNotFound(name, file)
  }

  #matching({ file, name }: ParsedTarget): Result<readonly Stage[]> {
    const stages = this.#stagesOf(file)
    if (!stages.ok || name === undefined || file?.endsWith('.dvc')) return stages
    const matches = compileFnmatch(name)
    const family = stages.value.filter((stage) => stage.family === name)
    const found = family.length > 0 ? family : stages.value.filter((stage) => matches(stage.name))
    if (found.length > 0) return ok(found)
    return failed(
      targetProblems.nothingMatches(name, file ?? 'dvc.yaml', this.#hints.forName(name, this.#fileId(file))),
    )
  }

  // In the order in which DVC walks its graph: it shows where stages run one by one as they are named (`-s`).
  #insideDirectory(target: string, path: string): Result<readonly Stage[]> {
    const { root, stages } = this.#project
    const all = postOrder(buildStageGraph(stages), [...stages.keys()])
    const inside = all.flatMap((index) => {
      const stage = stages[index]
      return stage !== undefined && isInside(joinPath(root, stage.file), path) ? [stage] : []
    })
    if (inside.length > 0) return ok(inside)
    const broken = this.#errors(
      (problem) => problem.at !== undefined && isInside(joinPath(root, problem.at.file), path),
    )
    return failed(...(broken.length > 0 ? broken : [targetProblems.nothingInside(target)]))
  }

  #stagesOf(file: string | undefined): Result<readonly Stage[]> {
    const stages = this.#byFile.get(this.#fileId(file))
    return stages === undefined ? failed(...this.#whyNoStages(file)) : ok(stages)
  }

  #whyNoStages(file: string | undefined): readonly Problem[] {
    const id = this.#fileId(file)
    const broken = this.#errors((problem) => problem.at?.file === id)
    if (broken.length > 0) return broken
    const kind = this.#kindOf(this.#resolve(file ?? 'dvc.yaml'))
    if (kind === 'missing' && file === undefined) return [targetProblems.noPipelineHere(this.#hints.forPipelines())]
    if (kind === 'missing') return [targetProblems.fileMissing(file ?? id, this.#hints.nearestFile(id))]
    if (kind === 'directory') return [targetProblems.isDirectory(file ?? id)]
    return [isDvcFileName(id) ? targetProblems.noStages(file ?? 'dvc.yaml') : targetProblems.badFileName(file ?? id)]
  }

  // A stage that does not resolve has said so already.
  #nameNotFound(name: string, file: string | undefined): Result<never> {
    const id = this.#fileId(file)
    const addresses = [name, `${id}:${name}`]
    const broken = this.#errors(
      ({ stage, at }) =>
        stage !== undefined &&
        at?.file === id &&
        addresses.some((known) => stage === known || stage.startsWith(`${known}@`)),
    )
    if (broken.length > 0) return failed(...broken)
    if (file === undefined && this.#kindOf(this.#resolve(name)) === 'directory')
      return failed(targetProblems.isDirectory(name))
    return failed(targetProblems.stageNotFound(name, file ?? 'dvc.yaml', this.#hints.forName(name, id)))
  }

  #errors(isMeant: (problem: Problem) => boolean): readonly Problem[] {
    return this.#project.problems.filter((problem) => problem.severity === 'error' && isMeant(problem))
  }

  #fileId(file: string | undefined): string {
    return relativeTo(this.#project.root, this.#resolve(file ?? 'dvc.yaml'))
  }

  #resolve(path: string): string {
    return joinPath(this.#request.cwd, path)
  }
}
