import { findGraphProblems } from '../../../src/model/find-graph-problems.ts'
import { loadProject } from '../../../src/model/load-project.ts'
import type { Project } from '../../../src/model/project.ts'
import type { Stage } from '../../../src/model/stage.ts'
import { buildStageGraph } from '../../../src/model/stage-graph.ts'
import { openWorkspace } from '../../../src/cache/workspace.ts'
import { projectStatus, toDvcStatus } from '../../../src/plan/project-status.ts'
import { openIgnoreRules } from '../../../src/project/ignore/ignore-rules.ts'
import type { DvcStage, Edges } from '../dvc-server.ts'

/** What we make of a project, in the words of the judge. */
export interface OurView {
  /** By `file:name`. */
  readonly stages: Readonly<Record<string, DvcStage>>
  readonly edges: Edges
  /** Codes of errors in single files, and between stages. */
  readonly loadErrors: readonly string[]
  readonly graphErrors: readonly string[]
  readonly status: Readonly<Record<string, unknown>>
  /** Codes of what keeps a status from being told. */
  readonly statusErrors: readonly string[]
}

/** Throws only for a bug. */
export async function lookOurselves(root: string): Promise<OurView> {
  const loaded = await loadProject({ root, env: { HOME: root } })
  if (!loaded.ok) {
    return { ...nothing, loadErrors: loaded.problems.map(({ code }) => code) }
  }
  const project = loaded.value
  const graph = buildStageGraph(project.stages)
  const stages = Object.fromEntries(project.stages.map((stage) => [addressOf(stage), describe(stage)]))
  const edges = Object.fromEntries(
    project.stages.map((stage, index) => [
      addressOf(stage),
      graph.producers[index]!.map((producer) => addressOf(project.stages[producer]!)).toSorted(),
    ]),
  )
  return {
    stages,
    edges,
    loadErrors: project.problems.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    graphErrors: findGraphProblems(graph, root).map(({ problem }) => problem.code),
    ...(await statusOf(project)),
  }
}

async function statusOf(project: Project): Promise<Pick<OurView, 'status' | 'statusErrors'>> {
  const { root, config, stages } = project
  await using workspace = await openWorkspace({ root, config, ignore: openIgnoreRules(root) })
  const reports = await projectStatus(
    project,
    workspace,
    stages.map((stage) => ({ stage })),
  )
  return {
    status: toDvcStatus(reports, { root, cwd: root }),
    statusErrors: reports.flatMap(({ status }) => (status.ok ? [] : status.problems.map(({ code }) => code))),
  }
}

const nothing: OurView = { stages: {}, edges: {}, loadErrors: [], graphErrors: [], status: {}, statusErrors: [] }

function addressOf({ file, name, kind }: Stage): string {
  return `${file}:${kind === 'pipeline' ? name : ''}`
}

function describe({ cmd, wdir, deps, outs, frozen, alwaysChanged }: Stage): DvcStage {
  return {
    cmd: cmd ?? null,
    wdir,
    frozen,
    always_changed: alwaysChanged,
    deps: deps.flatMap((dep) => (dep.kind === 'params' ? [] : [dep.path])),
    params: deps.flatMap((dep) => (dep.kind === 'params' ? [[dep.path, dep.keys] as const] : [])),
    outs: outs.map(({ path, target, cache, persist, push, metric, plot }) => [
      path,
      target,
      cache,
      persist,
      push,
      metric,
      plot,
    ]),
  }
}
