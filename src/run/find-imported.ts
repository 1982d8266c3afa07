import { ok, type Result } from '../base/result.ts'
import { isWeb, type Stage } from '../model/stage.ts'
import { stageStatus } from '../plan/stage-status.ts'
import { findItem, type StageRecord } from '../project/record.ts'
import { fetchFromRepo } from './fetch-from-repo.ts'
import type { RunContext } from './run-context.ts'

/** What is recorded of an import, if its source is still the same and the cache has the data: then it need not be brought
 * again (DVC: `stage/__init__.py::already_cached`). Data of another git repository is in the cache after this. */
export async function findImported(
  stage: Stage,
  record: StageRecord | undefined,
  context: Pick<RunContext, 'project' | 'workspace' | 'signals'>,
): Promise<Result<StageRecord | undefined>> {
  const fromRepo = stage.deps[0]?.kind === 'repo'
  if (fromRepo) {
    const there = await fetchFromRepo(stage, record, context)
    if (!there.ok) return there
  }
  const status = await stageStatus(stage, record, context.workspace)
  if (!status.ok) return status
  const { deps, outs, checksumChanged, commandChanged } = status.value
  if (checksumChanged || commandChanged || (!fromRepo && deps.size > 0)) return ok(undefined)
  if ([...outs.values()].includes('not in cache')) return ok(undefined)
  return ok(stage.outs.every((out) => record && findItem(record.outs, out.path)?.hash) ? record : undefined)
}

/** False for databases and other storage, which are DVC's to ask. */
export function canImport({ deps, outs }: Stage): boolean {
  const [dep] = deps
  return outs.length === 1 && (dep?.kind === 'file' || dep?.kind === 'repo' || (dep?.kind === 'url' && isWeb(dep)))
}
