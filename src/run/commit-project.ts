import { mapLimited } from '../base/map-limited.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { acquireRw } from '../cache/rwlock.ts'
import { addressFrom } from '../model/address.ts'
import type { Stage } from '../model/stage.ts'
import { findItem, type ItemRecord, type StageRecord } from '../project/record.ts'
import { findForbiddenOuts } from '../plan/find-forbidden-outs.ts'
import { canUseRunCache } from '../plan/run-cache-rules.ts'
import { stageStatus } from '../plan/stage-status.ts'
import type { Reason } from '../plan/reasons.ts'
import { type Collected, collectRecord } from './collect-record.ts'
import { runProblems } from './problems.ts'
import { type CommitContext, ResultCommitter } from './result-committer.ts'
import { claimOf } from './stage-claims.ts'

export interface CommitRequest extends CommitContext {
  /** In the order in which new lock entries shall stand. */
  readonly stages: readonly Stage[]
  /** Take stages that have changed without asking. */
  readonly force: boolean
  readonly relink: boolean
  /** Asks about a stage that has changed. Absent: nobody can be asked. */
  readonly confirm?: (stage: Stage, changes: readonly string[]) => Promise<boolean>
  readonly onLockWait: (holder: string, path: string) => void
}

/** What a commit did. */
export interface CommitReport {
  /** Stages whose record was made anew. */
  readonly recorded: readonly Stage[]
  /** Absolute paths. */
  readonly changedFiles: readonly string[]
  readonly problems: readonly Problem[]
}

/** Records what stages' deps and outs are now, and stores the outs in the cache, without running anything (DVC:
 * `repo/commit.py`). Stages that have changed must be confirmed or forced; if one is not, nothing is recorded at all. */
export async function commitProject(request: CommitRequest): Promise<Result<CommitReport>> {
  const confirmed = await confirmAll(request)
  if (!confirmed.ok) return confirmed
  const committer = new ResultCommitter(request, request.onLockWait)
  const recorded: Stage[] = []
  const problems: Problem[] = []
  for (const [rank, { stage, isSaved }] of confirmed.value.entries()) {
    const done = await commitStage(stage, {
      rank,
      isSaved,
      request,
      committer,
      warn: (problem) => problems.push(problem),
    })
    if (!done.ok) problems.push(...done.problems)
    else {
      if (isSaved) recorded.push(stage)
      problems.push(...done.value)
    }
  }
  problems.push(...(await committer.close()))
  return ok({ recorded, changedFiles: committer.changedFiles, problems })
}

interface ConfirmedStage {
  readonly stage: Stage
  /** Its record is made anew; otherwise only its outs are stored. */
  readonly isSaved: boolean
}

async function confirmAll(request: CommitRequest): Promise<Result<readonly ConfirmedStage[]>> {
  const looked = await mapLimited(request.stages, 8, (stage) => changesOf(stage, request))
  const confirmed: ConfirmedStage[] = []
  const problems: Problem[] = []
  for (const [index, stage] of request.stages.entries()) {
    const changes = looked[index]!
    if (!changes.ok) problems.push(...changes.problems)
    else if (changes.value.length === 0 || request.force) confirmed.push({ stage, isSaved: request.force })
    else if (await request.confirm?.(stage, changes.value)) confirmed.push({ stage, isSaved: true })
    else
      problems.push(
        runProblems.commitNotConfirmed(
          addressFrom(stage, request.project.root, request.project.root),
          changes.value,
          stage.at,
        ),
      )
  }
  return problems.length > 0 ? failed(...problems) : ok(confirmed)
}

/** What has changed of a stage in the workspace, in words; the state of the cache does not matter here. */
async function changesOf(
  stage: Stage,
  { project, workspace, force }: CommitRequest,
): Promise<Result<readonly string[]>> {
  const stored = { ...stage, outs: stage.outs.filter((out) => out.cache) }
  const forbidden = findForbiddenOuts(stored, addressFrom(stage, project.root, project.root), workspace)
  if (forbidden.length > 0) return failed(...forbidden)
  if (force) return ok([])
  const status = await stageStatus(stage, project.records.get(stage.id), workspace)
  if (!status.ok) return status
  return ok([
    ...new Set(status.value.reasons.filter(isOfWorkspace).map(({ path, code }) => path ?? codeWords[code] ?? code)),
  ])
}

function isOfWorkspace({ code }: Reason): boolean {
  return code !== 'out.not_in_cache' && code !== 'always_changed'
}

const codeWords: Readonly<Partial<Record<Reason['code'], string>>> = {
  'cmd.changed': 'its command',
  'definition.changed': 'its definition',
  'lock.missing': 'nothing is recorded of it yet',
}

interface StageCommit {
  readonly rank: number
  readonly isSaved: boolean
  readonly request: CommitRequest
  readonly committer: ResultCommitter
  readonly warn: (problem: Problem) => void
}

async function commitStage(stage: Stage, commit: StageCommit): Promise<Result<readonly Problem[]>> {
  const { request, committer, warn } = commit
  const { project, lockTimeoutMs, onLockWait } = request
  const lease = await acquireRw(project.root, {
    config: project.config,
    ...claimOf(stage, `restage commit ${addressFrom(stage, project.root, project.root)}`),
    waitMs: lockTimeoutMs,
    onWait: onLockWait,
    warn,
  })
  if (!lease.ok) return lease
  try {
    return await commitNow(stage, commit)
  } finally {
    await committer.endClaim(lease.value)
  }
}

/** Only the outs are stored of a stage that is not saved anew: its record stays, and with it who is executable. In a cache
 * of links the bit may be gone from the file, and comes back now. */
function withRecordedBits(collected: Collected, previous: StageRecord | undefined): Collected {
  const known = (items: readonly ItemRecord[], path: string): { readonly isexec?: boolean } => {
    const item = findItem(items, path)
    return item === undefined ? {} : { isexec: item.isexec }
  }
  const { deps = [], outs = [] } = previous ?? {}
  const { record, hashes, warnings } = collected
  return {
    record: {
      ...record,
      deps: record.deps.map((item) => ({ ...item, ...known(deps, item.path) })),
      outs: record.outs.map((item) => ({ ...item, ...known(outs, item.path) })),
    },
    hashes: new Map(
      [...hashes].map(([path, hash]) => [path, hash.kind === 'file' ? { ...hash, ...known(outs, path) } : hash]),
    ),
    warnings,
  }
}

async function commitNow(
  stage: Stage,
  { rank, isSaved, request, committer }: StageCommit,
): Promise<Result<readonly Problem[]>> {
  const previous = request.project.records.get(stage.id)
  if (!isSaved) {
    // Until now others could change it: what nobody has confirmed is not recorded.
    const changes = await changesOf(stage, request)
    if (!changes.ok) return changes
    const address = addressFrom(stage, request.project.root, request.project.root)
    if (changes.value.length > 0) return failed(runProblems.commitNotConfirmed(address, changes.value, stage.at))
  }
  const collected = await collectRecord(stage, previous, request.workspace, { willStore: true })
  if (!collected.ok) return collected
  const { record, hashes, warnings } = isSaved ? collected.value : withRecordedBits(collected.value, previous)
  // DVC looks at the kind of uncached outs only after a run, not here.
  const saveRun = isSaved && stage.kind === 'pipeline' && canUseRunCache(stage, record.params)
  const done = await committer.commit({ stage, rank, record, hashes, store: true, saveRun, relink: request.relink })
  return done.ok ? ok(warnings) : done
}
