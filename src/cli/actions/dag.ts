import { kindOfPath } from '../../base/file-kind.ts'
import type { Problem } from '../../base/problem.ts'
import { ok, type Result } from '../../base/result.ts'
import { findGraphProblems } from '../../model/find-graph-problems.ts'
import { selectData } from '../../model/select-data.ts'
import { buildStageGraph, type StageGraph } from '../../model/stage-graph.ts'
import type { Project } from '../../model/project.ts'
import type { CliIo } from '../cli-io.ts'
import type { DagFlags } from '../commands/dag.ts'
import { collapseFamilies, cutAround, type DagView, outsView, stagesView } from '../dag/dag-view.ts'
import { toDot, toMermaid } from '../dag/draw-dag.ts'
import { toTree } from '../dag/draw-tree.ts'
import { answer, fail } from '../fail.ts'
import { withProject } from '../open-project.ts'

/** `restage dag` */
export function dag(io: CliIo, target: string | undefined, flags: DagFlags): Promise<number> {
  return withProject(io, async ({ project }) => {
    // In JSON everything is as seen from the root.
    const seenFrom = io.isJson ? project.root : io.cwd
    const graph = buildStageGraph(project.stages)
    const whole = flags.outs ? outsView(project, seenFrom) : stagesView(project, seenFrom, graph)
    const view = viewOf(project, whole, { target, flags, cwd: io.cwd, seenFrom })
    if (!view.ok) return fail(view.problems, io, project.root)
    return answer(io, [...project.problems, ...graphProblems(project, graph)], {
      root: project.root,
      json: () => view.value,
      text: () => draw(view.value, flags),
    })
  })
}

interface Wanted {
  readonly target: string | undefined
  readonly flags: DagFlags
  readonly cwd: string
  readonly seenFrom: string
}

function viewOf(project: Project, whole: DagView, wanted: Wanted): Result<DagView> {
  const { target, flags, seenFrom } = wanted
  const cut = target === undefined ? ok(whole) : cutAt(project, whole, { ...wanted, target })
  if (!cut.ok || !flags.collapseForeachMatrix) return cut
  return ok(collapseFamilies(cut.value, project, seenFrom))
}

function cutAt(
  project: Project,
  whole: DagView,
  { target, flags, cwd, seenFrom }: Wanted & { readonly target: string },
): Result<DagView> {
  const selected = selectData(project, { targets: [target], cwd, recursive: false, withDeps: false }, kindOfPath)
  if (!selected.ok) return selected
  const stages = selected.value.map(({ stage }) => stage)
  const part = { ...project, stages }
  const named = flags.outs ? outsView(part, seenFrom).nodes : stagesView(part, seenFrom).nodes
  return ok(cutAround(whole, named, flags.full ?? false))
}

function graphProblems(project: Project, graph: StageGraph): readonly Problem[] {
  return findGraphProblems(graph, project.root).map(({ problem }) => problem)
}

function draw(view: DagView, flags: DagFlags): string {
  if (flags.dot) return toDot(view)
  if (flags.md) return `\`\`\`mermaid\n${toMermaid(view)}\`\`\`\n`
  return flags.mermaid ? toMermaid(view) : toTree(view)
}
