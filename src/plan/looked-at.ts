import type { Workspace } from '../cache/workspace.ts'
import type { Dep, Out, Stage, StageId } from '../model/stage.ts'
import type { StageRecord } from '../project/record.ts'
import { recordedOut } from './recorded-hash.ts'

/** The paths that say that these stages, which are up to date, are so: deps, outs, and objects in the cache, folders with
 * all they hold. `undefined`: something else has a say, such as a server, or they are too many to be worth keeping. Call it
 * when this workspace has told their status. */
export async function lookedAt(
  stages: readonly Stage[],
  records: ReadonlyMap<StageId, StageRecord>,
  workspace: Workspace,
): Promise<readonly string[] | undefined> {
  if (recordedFiles(stages, records) > mostPaths) return undefined
  const paths = new Set<string>()
  for (const stage of stages) {
    for (const dep of stage.deps) {
      if (!isLocal(dep)) return undefined
      if (!stage.frozen) await addTree(dep.target)
    }
    for (const out of stage.outs) {
      if (out.scheme !== 'local') return undefined
      await addTree(out.target)
      addObjects(out, records.get(stage.id))
    }
  }
  if (paths.size > mostPaths) return undefined
  workspace.ignore.asked().forEach((path) => paths.add(path))
  return [...paths]

  async function addTree(target: string): Promise<void> {
    if (paths.has(target)) return
    for (const path of await workspace.treeOf(target)) paths.add(path)
  }

  function addObjects(out: Out, record: StageRecord | undefined): void {
    const { hash, hashName } = recordedOut(out, record)
    if (hash === undefined || !out.cache || !out.inRepo) return
    for (const path of workspace.objectsOf(hashName, hash)) paths.add(path)
  }
}

// Beyond this the list takes more memory than the time is worth that it saves.
const mostPaths = 300_000

// Known before anything is listed, because what is up to date is as recorded.
function recordedFiles(stages: readonly Stage[], records: ReadonlyMap<StageId, StageRecord>): number {
  const items = stages.flatMap(({ id }) => {
    const record = records.get(id)
    return record === undefined ? [] : [...record.deps, ...record.outs]
  })
  return items.reduce((sum, { nfiles }) => sum + (nfiles ?? 1), 0)
}

function isLocal(dep: Dep): dep is Extract<Dep, { kind: 'file' | 'params' }> {
  return dep.kind === 'file' || dep.kind === 'params'
}
