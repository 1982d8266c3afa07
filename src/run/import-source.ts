import { createReadStream, createWriteStream, renameSync, statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { mapLimited } from '../base/map-limited.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { temporaryBeside } from '../base/temporary.ts'
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
    const fetched = await bring(dep, temporary, { address, stage, workspace, signal })
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
  context: {
    readonly address: string
    readonly stage: Stage
    readonly workspace: Workspace
    readonly signal: AbortSignal
  },
): Promise<Result<void>> {
  const { address, stage, workspace, signal } = context
  if (dep.kind === 'url' && isWeb(dep)) return await downloadWeb(dep.target, target, signal)
  if (dep.kind !== 'file') return failed(runProblems.importUnsupported(address, stage.at))
  if (statSync(dep.target, { throwIfNoEntry: false }) === undefined)
    return failed(runProblems.depMissing(address, dep.path, dep.at))
  const hash = await workspace.hash(dep.target, 'md5')
  if (!hash.ok) return hash
  const members = hash.value.kind === 'file' ? undefined : hash.value.members.map(({ relpath }) => relpath)
  await copyContent(dep.target, target, members)
  return ok(undefined)
}

// The files that are part of the data, and of each only what it holds: its permissions, and folders without files, stay
// behind (DVC: `fs/__init__.py::download`).
async function copyContent(source: string, target: string, members: readonly string[] | undefined): Promise<void> {
  if (members === undefined) return await copyFile(source, target)
  const folders = new Set(members.map((member) => dirname(join(target, member))))
  for (const folder of [target, ...folders]) await mkdir(folder, { recursive: true })
  await mapLimited(members, mostAtOnce, (member) => copyFile(join(source, member), join(target, member)))
}

/** Files copied at a time. */
const mostAtOnce = 8

async function copyFile(source: string, target: string): Promise<void> {
  await pipeline(createReadStream(source), createWriteStream(target, { flags: 'wx' }))
}
