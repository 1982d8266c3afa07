import type { Problem } from '../base/problem.ts'
import { findGraphProblems } from '../model/find-graph-problems.ts'
import type { Project } from '../model/project.ts'
import { buildStageGraph } from '../model/stage-graph.ts'

/** What is wrong with a project as a whole. As DVC, commands that change data refuse such a project: what is left of it
 * may not be what its author means. */
export function brokenProject(project: Project): readonly Problem[] {
  const faults = findGraphProblems(buildStageGraph(project.stages), project.root).map(({ problem }) => problem)
  return [...project.problems, ...faults].filter(({ severity }) => severity === 'error')
}
