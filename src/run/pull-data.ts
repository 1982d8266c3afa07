import { asWarning, type Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import type { Workspace } from '../cache/workspace.ts'
import type { Project } from '../model/project.ts'
import type { Stage } from '../model/stage.ts'
import type { StageRecord } from '../project/record.ts'
import { checkOutResults } from './restore-stage.ts'
import type { RunContext } from './run-context.ts'
import { transferData, type TransferRequest } from './transfer-data.ts'

/** Brings what the default remote knows of earlier runs, so that `run --pull` finds their results (DVC:
 * `repo/reproduce.py`). What keeps it from coming is a warning: stages run instead. */
export function pullRunCache(project: Project, workspace: Workspace): Promise<readonly Problem[]> {
  return pull({ project, workspace, selections: [], runCache: true })
}

/** Brings the recorded data of a stage into cache and workspace (`run --pull`). */
export async function pullStage(stage: Stage, record: StageRecord, context: RunContext): Promise<Result<void>> {
  const { workspace } = context
  const fetched = await fetchResults(stage, record, context)
  if (!fetched.ok) return fetched
  const cached = stage.outs.filter((out) => out.cache)
  return cached.length === 0 ? ok(undefined) : await checkOutResults({ ...stage, outs: cached }, record, workspace)
}

/** Brings the data that a record names into the cache. Problems are warnings: the stage may run instead. */
export async function fetchResults(
  stage: Stage,
  record: StageRecord,
  { project, workspace, signals }: RunContext,
): Promise<Result<void>> {
  const request = { project, workspace, selections: [{ stage }], recordOf: () => record, signal: signals.stop }
  const problems = (await pull(request)).filter(({ code }) => code !== 'NOTHING_RECORDED')
  return problems.length > 0 ? { ok: false, problems } : ok(undefined)
}

type Pull = Pick<TransferRequest, 'project' | 'workspace' | 'selections' | 'runCache' | 'recordOf' | 'signal'>

async function pull(request: Pull): Promise<readonly Problem[]> {
  const { problems } = await transferData({ ...request, direction: 'fetch' })
  return problems.map(asWarning)
}
