import { asWarning } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import type { Stage } from '../model/stage.ts'
import type { StageRecord } from '../project/record.ts'
import { checkOutResults } from './restore-stage.ts'
import type { RunContext } from './run-context.ts'
import { transferData } from './transfer-data.ts'

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
  const { problems } = await transferData({
    project,
    recordOf: () => record,
    workspace,
    direction: 'fetch',
    selections: [{ stage }],
    isAll: false,
    remote: undefined,
    runCache: false,
    jobs: undefined,
    signal: signals.stop,
    onCall: () => undefined,
  })
  const failures = problems.filter(({ code }) => code !== 'NOTHING_RECORDED').map(asWarning)
  return failures.length > 0 ? { ok: false, problems: failures } : ok(undefined)
}
