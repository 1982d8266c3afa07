import { failed, ok, type Result } from '../base/result.ts'
import { addressFrom } from '../model/address.ts'
import type { Stage } from '../model/stage.ts'
import { findItem, type StageRecord } from '../project/record.ts'
import { runDvc } from './call-dvc.ts'
import { runProblems } from './problems.ts'
import type { RunContext } from './run-context.ts'

/** Brings the recorded data of an import from another git repository into the cache, if it is not there: at the revision
 * that is recorded, whatever came later. The installed `dvc` does it, for the data may lie in that repository's history as
 * well as in any of its remotes. */
export async function fetchFromRepo(
  stage: Stage,
  record: StageRecord | undefined,
  { project, workspace, signals }: Pick<RunContext, 'project' | 'workspace' | 'signals'>,
): Promise<Result<void>> {
  const address = addressFrom(stage, project.root, project.root)
  const items = stage.outs.map((out) => record && findItem(record.outs, out.path))
  if (items.some((item) => item?.hash === undefined)) return failed(runProblems.importIncomplete(address, stage.at))
  const areCached = async (): Promise<boolean> => {
    for (const item of items) if (!(await workspace.isCached(item!.hashName, item!.hash!))) return false
    return true
  }
  if (await areCached()) return ok(undefined)
  const ending = await runDvc(project.root, ['fetch', '--', address], signals.stop)
  if (ending === 'not installed') return failed(runProblems.importNeedsDvc(address, stage.at))
  if (ending !== 'done') return failed(runProblems.importFailed(address, ending.failure, stage.at))
  // DVC does not count data that is nowhere as an error of a fetch.
  return (await areCached())
    ? ok(undefined)
    : failed(runProblems.importFailed(address, 'the data is not there', stage.at))
}
