import { renameSync, statSync } from 'node:fs'
import { cp, mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { failed, ok, type Result } from '../base/result.ts'
import { temporaryBeside } from '../base/write-atomic.ts'
import { downloadWeb } from '../cache/web/web-data.ts'
import type { Workspace } from '../cache/workspace.ts'
import { type Dep, isWeb, type Stage } from '../model/stage.ts'
import { runProblems } from './problems.ts'

/** Brings the source of an import into the workspace, in the place of what was there (DVC: `stage/imports.py`). The old data
 * goes when the new is there. `address`: the stage's, for problems. */
export async function importSource(
  stage: Stage,
  address: string,
  { workspace, signal }: { readonly workspace: Workspace; readonly signal: AbortSignal },
): Promise<Result<void>> {
  const [dep, out] = [stage.deps[0], stage.outs[0]]
  if (dep === undefined || out === undefined) return failed(runProblems.importUnsupported(address, stage.at))
  await mkdir(dirname(out.target), { recursive: true })
  const temporary = temporaryBeside(out.target)
  try {
    const fetched = await bring(dep, temporary, { address, stage, signal })
    if (!fetched.ok) return fetched
    const removed = await workspace.removeOut(out.target)
    if (!removed.ok) return removed
    renameSync(temporary, out.target)
    return ok(undefined)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function bring(
  dep: Dep,
  target: string,
  { address, stage, signal }: { readonly address: string; readonly stage: Stage; readonly signal: AbortSignal },
): Promise<Result<void>> {
  if (dep.kind === 'url' && isWeb(dep)) return await downloadWeb(dep.target, target, signal)
  if (dep.kind !== 'file') return failed(runProblems.importUnsupported(address, stage.at))
  if (statSync(dep.target, { throwIfNoEntry: false }) === undefined)
    return failed(runProblems.depMissing(address, dep.path, dep.at))
  await cp(dep.target, target, { recursive: true, dereference: true })
  return ok(undefined)
}
