import { join } from 'node:path'
import { namesIn } from '../base/names-in.ts'
import { type Result, failed, ok } from '../base/result.ts'
import { openWorkspace, type Workspace } from '../cache/workspace.ts'
import type { Project } from '../model/project.ts'
import type { Stage } from '../model/stage.ts'
import { lookedAt } from '../plan/looked-at.ts'
import { settingsFile } from '../policy/settings.ts'
import { journalFolder, type JournalRecord } from '../run/record-journal.ts'
import { markWork } from '../run/at-work.ts'
import { sweepTemporaries } from '../run/sweep-temporaries.ts'
import { withUnwritten } from '../run/with-unwritten.ts'
import { findRoot } from '../project/find-root.ts'
import { openIgnoreRules } from '../project/ignore/ignore-rules.ts'
import type { CliIo } from './cli-io.ts'
import { fail } from './fail.ts'
import { loadSettled } from './load-settled.ts'
import { cliProblems } from './problems.ts'
import { tellLockWait } from './tell-lock-wait.ts'

/** A project and everything that commands do with it. */
export interface OpenProject extends AsyncDisposable {
  readonly project: Project
  readonly workspace: Workspace
  /** To be called if these stages are up to date and nothing else is to be said; see `CliIo.nothingToDo`. `looked`: what
   * else that rests on. */
  readonly nothingToDo: (stages: readonly Stage[], looked?: readonly string[]) => Promise<void>
}

export interface OpenOptions {
  /** What `--json` holds if the project cannot be opened. @default nothing of the command */
  readonly nothingDone?: object
  /** @default false */
  readonly allowOutside?: boolean | undefined
  /** The command records results: what a killed run left is recorded first. In ms, how long to wait for the lock. */
  readonly recordsWithin?: number
  /** Only what the files of the project say, as DVC sees it, without what runs have finished and not written yet. @default
   * false */
  readonly asDvcSees?: boolean
}

/** Opens the project around the working directory for `body`. What keeps it from being opened is said here. */
export async function withProject(
  io: CliIo,
  body: (open: OpenProject) => Promise<number>,
  { nothingDone = {}, allowOutside = false, recordsWithin, asDvcSees = false }: OpenOptions = {},
): Promise<number> {
  const root = findRoot(io.cwd)
  if (root === undefined) return fail([cliProblems.notARepository(io.cwd)], io, undefined, nothingDone)
  const mark = recordsWithin === undefined ? undefined : markWork(root)
  using _ = { [Symbol.dispose]: () => mark?.remove() }
  const finished = recordsWithin === undefined ? undefined : await finishOthers(root, io, recordsWithin)
  if (finished?.ok === false) return fail(finished.problems, io, root, nothingDone)
  // Who records has nothing left to look at.
  const unwritten = recordsWithin === undefined && !asDvcSees ? await unwrittenIn(root) : []
  const opened = await open(root, io, { allowOutside, unwritten })
  if (!opened.ok) return fail(opened.problems, io, root, nothingDone)
  await using project = opened.value
  if (mark !== undefined) sweepTemporaries(project.project)
  return await body(project)
}

async function unwrittenIn(root: string): Promise<readonly JournalRecord[]> {
  if (namesIn(journalFolder(root)).length === 0) return []
  const { unwrittenRecords } = await import('../run/read-journal.ts')
  return unwrittenRecords(root)
}

async function finishOthers(root: string, io: CliIo, waitMs: number): Promise<Result<void>> {
  const { finishLeftRuns } = await import('../run/finish-left-runs.ts')
  const onWait = tellLockWait((line) => io.stderr.write(`${line}\n`))
  return await finishLeftRuns(root, { env: io.env, waitMs, onWait })
}

async function open(
  root: string,
  io: CliIo,
  options: { readonly allowOutside: boolean; readonly unwritten: readonly JournalRecord[] },
): Promise<Result<OpenProject>> {
  const since = Date.now()
  const loaded = await loadSettled(root, io.env)
  if (!loaded.ok) return failed(...loaded.problems)
  const project = withUnwritten(loaded.value.project, options.unwritten)
  const workspace = await openWorkspace({
    root,
    config: project.config,
    ignore: openIgnoreRules(root),
    allowOutside: options.allowOutside,
  })
  const nothingToDo: OpenProject['nothingToDo'] = async (stages, besides = []) => {
    // What a journal says is about to change.
    if (project !== loaded.value.project) return
    const looked = io.nothingToDo && (await lookedAt(stages, project.records, workspace))
    if (looked === undefined) return
    const { paths, folders } = await loaded.value.sources()
    const all = [...new Set([...paths, ...looked, ...besides, journalFolder(root), join(root, settingsFile)])]
    io.nothingToDo?.({ root, sources: { paths: all, folders }, since })
  }
  return ok({ project, workspace, nothingToDo, [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose]() })
}
