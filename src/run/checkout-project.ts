import { isInsideOrEqual, relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { CheckoutChange } from '../cache/outs/check-out.ts'
import { cacheProblems } from '../cache/problems.ts'
import { withRepoLock } from '../cache/repo-lock.ts'
import type { Workspace } from '../cache/workspace.ts'
import type { Project } from '../model/project.ts'
import type { DataSelection } from '../model/select-data.ts'
import type { Out } from '../model/stage.ts'
import { findItem, type ItemRecord } from '../project/record.ts'

export interface CheckoutRequest {
  readonly project: Project
  readonly workspace: Workspace
  readonly selections: readonly DataSelection[]
  /** Replace and delete files whose content is not in the cache. */
  readonly force: boolean
  /** Make right files anew that are of another kind of link. */
  readonly relink: boolean
  /** Data that is not in the cache, or was never recorded, is no error. */
  readonly allowMissing: boolean
  readonly lockTimeoutMs: number
}

/** What a checkout did. Paths are absolute. */
export interface CheckoutReport {
  readonly changes: readonly { readonly path: string; readonly change: CheckoutChange }[]
  readonly failed: readonly string[]
  readonly problems: readonly Problem[]
}

/** Makes outs equal to what is recorded of them (DVC: `repo/checkout.py`). If files would be lost, nothing is touched,
 * and the result names all of them; otherwise each out is handled, whatever happens to others. A path inside an out
 * means the whole out. An out that nothing is recorded of is left alone (DVC deletes it if forced). */
export async function checkoutProject(request: CheckoutRequest): Promise<Result<CheckoutReport>> {
  const { project, lockTimeoutMs } = request
  const options = { config: project.config, waitMs: lockTimeoutMs }
  const done = await withRepoLock(project.root, options, () => checkoutAll(request))
  return done.ok ? done.value : done
}

async function checkoutAll(request: CheckoutRequest): Promise<Result<CheckoutReport>> {
  const outs = recordedOuts(request)
  const unsaved = request.force ? [] : await unsavedProblems(outs, request.workspace)
  if (unsaved.length > 0) return failed(...unsaved)
  const changes: CheckoutReport['changes'][number][] = []
  const failures: string[] = []
  const problems: Problem[] = []
  for (const { out, item } of outs) {
    const done = await request.workspace.checkoutOut(out.target, item, { force: request.force, relink: request.relink })
    if (done.ok) changes.push({ path: out.target, change: done.value })
    else if (!request.allowMissing || !done.problems.every(isMissing)) {
      failures.push(out.target)
      problems.push(...done.problems.map((problem) => ({ ...problem, at: problem.at ?? out.at })))
    }
  }
  return ok({ changes, failed: failures, problems })
}

interface RecordedOut {
  readonly out: Out
  readonly item: ItemRecord
}

// Only the cache's own outs: git looks after the others.
function recordedOuts({ project, selections }: CheckoutRequest): readonly RecordedOut[] {
  return selections.flatMap(({ stage, inside }) => {
    const record = project.records.get(stage.id)
    const outs = stage.outs.filter((out) => out.scheme === 'local' && out.cache && out.inRepo)
    const chosen = inside === undefined ? outs : outs.filter((out) => isInsideOrEqual(inside, out.target))
    return chosen.map((out) => ({ out, item: findItem(record?.outs ?? [], out.path) ?? nothingRecorded(out.path) }))
  })
}

function nothingRecorded(path: string): ItemRecord {
  return { path, hashName: 'md5', hash: undefined, size: undefined, nfiles: undefined, isexec: false, extra: new Map() }
}

async function unsavedProblems(outs: readonly RecordedOut[], workspace: Workspace): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const { out, item } of outs) {
    const unsaved = await workspace.findUnsaved(out.target, item)
    // What cannot even be looked at is told when its turn comes.
    if (unsaved.ok && unsaved.value.length > 0) {
      problems.push({
        ...cacheProblems.unsavedFiles(relativeTo(workspace.root, out.target), unsaved.value),
        at: out.at,
      })
    }
  }
  return problems
}

function isMissing({ code }: Problem): boolean {
  return code === 'OBJECTS_MISSING' || code === 'NOTHING_RECORDED'
}
