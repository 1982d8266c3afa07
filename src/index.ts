/** Restage as a library: read a DVC project, plan, run, and listen to what happens.
 *
 *     const project = await loadProject({ root, env: process.env })
 *     const plan = await makePlan(project.value, workspace, request)
 *     const summary = await runPlan(plan.value.plan, context)
 */
export type { Problem, SourceRange } from './base/problem.ts'
export { exitCodes } from './base/problem.ts'
export type { Result } from './base/result.ts'
export type { Value, ValueMap } from './base/value.ts'
export type { Workspace, WorkspaceOptions } from './cache/workspace.ts'
export { openWorkspace } from './cache/workspace.ts'
export { LocalEngine } from './engines/local/local-engine.ts'
export type { Git } from './git/git.ts'
export { openGit } from './git/git.ts'
export type { Project } from './model/project.ts'
export { loadProject } from './model/load-project.ts'
export type { TargetRequest } from './model/select-stages.ts'
export { selectStages } from './model/select-stages.ts'
export type { Dep, Out, Stage, StageId } from './model/stage.ts'
export type { Decision, Plan, PlannedTask, ReproOptions, StageTask, WorkflowTask } from './plan/plan.ts'
export type { PlanRequest } from './plan/make-plan.ts'
export { makePlan } from './plan/make-plan.ts'
export type { Reason, ReasonCode, StageStatus } from './plan/reasons.ts'
export { findRoot } from './project/find-root.ts'
export { openIgnoreRules } from './project/ignore/ignore-rules.ts'
export type { Engine } from './run/engine.ts'
export type { RunEvent } from './run/events.ts'
export type { RunContext, RunSummary } from './run/run-context.ts'
export { runPlan } from './run/run-plan.ts'
