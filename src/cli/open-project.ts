import { type Result, failed, ok } from '../base/result.ts'
import { openWorkspace, type Workspace } from '../cache/workspace.ts'
import type { Project } from '../model/project.ts'
import { findRoot } from '../project/find-root.ts'
import { openIgnoreRules } from '../project/ignore/ignore-rules.ts'
import type { CliIo } from './cli-io.ts'
import { fail } from './fail.ts'
import { loadSettled } from './load-settled.ts'
import { cliProblems } from './problems.ts'

/** A project and everything that commands do with it. */
export interface OpenProject extends AsyncDisposable {
  readonly project: Project
  readonly workspace: Workspace
}

/** Opens the project around the working directory for `body`. What keeps it from being opened is said here. */
export async function withProject(
  io: CliIo,
  body: (open: OpenProject) => Promise<number>,
  answer: object = {},
): Promise<number> {
  const root = findRoot(io.cwd)
  if (root === undefined) return fail([cliProblems.notARepository(io.cwd)], io, undefined, answer)
  const opened = await open(root, io)
  if (!opened.ok) return fail(opened.problems, io, root, answer)
  await using project = opened.value
  return await body(project)
}

async function open(root: string, io: CliIo): Promise<Result<OpenProject>> {
  const loaded = await loadSettled(root, io.env)
  if (!loaded.ok) return failed(...loaded.problems)
  const project = loaded.value
  const workspace = await openWorkspace({ root, config: project.config, ignore: openIgnoreRules(root) })
  return ok({ project, workspace, [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose]() })
}
