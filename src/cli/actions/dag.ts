import { kindOfPath } from '../../base/file-kind.ts'
import type { Problem } from '../../base/problem.ts'
import { ok, type Result } from '../../base/result.ts'
import { findGraphProblems } from '../../model/find-graph-problems.ts'
import { selectData } from '../../model/select-data.ts'
import { buildStageGraph } from '../../model/stage-graph.ts'
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
    const view = viewOf(project, target, flags, io.cwd, io.isJson ? project.root : io.cwd)
    if (!view.ok) return fail(view.problems, io, project.root)
    return answer(io, [...project.problems, ...graphProblems(project)], {
      root: project.root,
      json: view.value,
      text: () => draw(view.value, flags),
    })
  })
}

function viewOf(
  project: Project,
  target: string | undefined,
  flags: DagFlags,
  cwd: string,
  seenFrom: string,
): Result<DagView> {
  const whole = flags.outs ? outsView(project, seenFrom) : stagesView(project, seenFrom)
  const cut = target === undefined ? ok(whole) : cutAt(project, whole, { target, flags, cwd, seenFrom })
  if (!cut.ok || !flags.collapseForeachMatrix) return cut
  return ok(collapseFamilies(cut.value, project, seenFrom))
}

function cutAt(
  project: Project,
  whole: DagView,
  {
    target,
    flags,
    cwd,
    seenFrom,
  }: { readonly target: string; readonly flags: DagFlags; readonly cwd: string; readonly seenFrom: string },
): Result<DagView> {
  const selected = selectData(project, { targets: [target], cwd, recursive: false, withDeps: false }, kindOfPath)
  if (!selected.ok) return selected
  const stages = selected.value.map(({ stage }) => stage)
  const part = { ...project, stages }
  const named = flags.outs ? outsView(part, seenFrom).nodes : stagesView(part, seenFrom).nodes
  return ok(cutAround(whole, named, flags.full ?? false))
}

function graphProblems(project: Project): readonly Problem[] {
  return findGraphProblems(buildStageGraph(project.stages), project.root).map(({ problem }) => problem)
}

function draw(view: DagView, flags: DagFlags): string {
  if (flags.dot) return toDot(view)
  if (flags.md) return `\`\`\`mermaid\n${toMermaid(view)}\`\`\`\n`
  return flags.mermaid ? toMermaid(view) : toTree(view)
}
