import { isInsideOrEqual, relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { CheckoutChange } from '../cache/outs/check-out.ts'
import { cacheProblems } from '../cache/problems.ts'
import { withRepoLock } from '../cache/repo-lock.ts'
import { acquireRw } from '../cache/rwlock.ts'
import type { Workspace } from '../cache/workspace.ts'
import type { Project } from '../model/project.ts'
import type { DataSelection } from '../model/select-data.ts'
import type { Out, Stage, StageId } from '../model/stage.ts'
import { findItem, type ItemRecord, type StageRecord } from '../project/record.ts'
import { LockNews } from './lock-news.ts'

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
  readonly onLockWait: (holder: string, path: string) => void
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
  const { project, lockTimeoutMs, onLockWait } = request
  // DVC's own checkout announces nothing, and so gets in the way of stages that are running.
  const healed: Problem[] = []
  const lease = await acquireRw(project.root, {
    config: project.config,
    read: [],
    write: request.selections.flatMap(({ stage, inside }) => chosenOuts(stage, inside).map((out) => out.target)),
    cmd: 'restage checkout',
    waitMs: lockTimeoutMs,
    onWait: onLockWait,
    warn: (problem) => healed.push(problem),
  })
  if (!lease.ok) return lease
  await using _ = lease.value
  const outs = await recordedOuts(request)
  const done = outs.ok ? await checkoutAll(outs.value, request) : outs
  return done.ok
    ? ok({ ...done.value, problems: [...healed, ...done.value.problems] })
    : failed(...healed, ...done.problems)
}

async function checkoutAll(outs: readonly RecordedOut[], request: CheckoutRequest): Promise<Result<CheckoutReport>> {
  const unsaved = request.force ? [] : await unsavedProblems(outs, request.workspace)
  if (unsaved.length > 0) return failed(...unsaved)
  const changes: CheckoutReport['changes'][number][] = []
  const failures: string[] = []
  const problems: Problem[] = []
  const waiting = outs.values()
  const { root, config } = request.project
  for (let isDone = false; !isDone;) {
    const options = { config, waitMs: request.lockTimeoutMs, onWait: request.onLockWait }
    const held = await withRepoLock(root, options, async () => {
      const until = performance.now() + longestHoldMs
      while (performance.now() < until) {
        const next = waiting.next()
        if (next.done) return true
        await checkoutOne(next.value)
      }
      return false
    })
    if (!held.ok) return held
    isDone = held.value
  }
  return ok({ changes, failed: failures, problems })

  async function checkoutOne({ out, item }: RecordedOut): Promise<void> {
    const done = await request.workspace.checkoutOut(out.target, item, {
      force: request.force,
      relink: request.relink,
    })
    if (done.ok) changes.push({ path: out.target, change: done.value })
    else if (!request.allowMissing || !done.problems.every(isMissing)) {
      failures.push(out.target)
      problems.push(...done.problems.map((problem) => ({ ...problem, at: problem.at ?? out.at })))
    }
  }
}

/** In ms. A process of DVC gives up after 3 s; only a single large output is handled in one hold, however long it takes,
 * because `dvc gc` must not delete the rest of its files meanwhile. */
const longestHoldMs = 500

interface RecordedOut {
  readonly out: Out
  readonly item: ItemRecord
}

// By what is recorded now: somebody may have run stages while we waited.
async function recordedOuts(request: CheckoutRequest): Promise<Result<readonly RecordedOut[]>> {
  const { project, selections, lockTimeoutMs: waitMs } = request
  const records = new Map<StageId, StageRecord | undefined>(project.records)
  const news = new LockNews(project)
  for (const { stage } of selections) {
    const found = await news.lookUp(stage, { waitMs })
    if (!found.ok) return found
    found.value?.forEach((record, id) => records.set(id, record))
  }
  return ok(
    selections.flatMap(({ stage, inside }) =>
      chosenOuts(stage, inside).map((out) => ({
        out,
        item: findItem(records.get(stage.id)?.outs ?? [], out.path) ?? nothingRecorded(out.path),
      })),
    ),
  )
}

// Only the cache's own outs: git looks after the others.
function chosenOuts(stage: Stage, inside: string | undefined): readonly Out[] {
  const outs = stage.outs.filter((out) => out.scheme === 'local' && out.cache && out.inRepo)
  return inside === undefined ? outs : outs.filter((out) => isInsideOrEqual(inside, out.target))
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
