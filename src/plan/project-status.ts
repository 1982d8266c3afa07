import { mapLimited } from '../base/map-limited.ts'
import { isInsideOrEqual, relativeTo } from '../base/paths.ts'
import { asWarning, type Problem } from '../base/problem.ts'
import { ok, type Result } from '../base/result.ts'
import { addressFrom } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { DataSelection } from '../model/select-data.ts'
import type { Dep, Out, RepoDep, Stage } from '../model/stage.ts'
import type { EntryState, StageStatus } from './reasons.ts'
import { rememberParams } from './remember-params.ts'
import { findUpdate, nothing, stageStatus } from './stage-status.ts'
import type { WorkspaceView } from './workspace-view.ts'

/** The status of one stage, or why it cannot be told. */
export interface StageReport {
  readonly stage: Stage
  /** Without hashes and params, which thousands of reports would hold on to. */
  readonly status: Result<StageStatus>
  /** Why it is not known whether an import could be updated; the same for all imports of a repository. */
  readonly warnings: readonly Problem[]
}

/** DVC's verdict for the stages and outs selected, in their order. `updates`: other git repositories are asked whether they
 * have something new for imports that are frozen, which matters to nothing but this verdict. */
export function projectStatus(
  project: Project,
  workspace: WorkspaceView,
  selections: readonly DataSelection[],
  { updates = false }: { readonly updates?: boolean } = {},
): Promise<readonly StageReport[]> {
  const readParams = rememberParams()
  return mapLimited(selections, mostAtOnce, async ({ stage, inside }) => {
    const record = project.records.get(stage.id)
    const status = withoutFindings(await stageStatus(narrow(stage, inside), record, workspace, readParams))
    const [dep] = stage.deps
    if (!updates || !stage.frozen || dep?.kind !== 'repo' || !status.ok) return { stage, status, warnings: [] }
    return { stage, ...(await withUpdate(status.value, dep, workspace)) }
  })
}

function withoutFindings(status: Result<StageStatus>): Result<StageStatus> {
  return status.ok ? ok({ ...status.value, hashes: nothing, params: nothing }) : status
}

// A frozen stage's deps are not looked at, but whether an import could be updated is worth knowing.
async function withUpdate(
  status: StageStatus,
  dep: RepoDep,
  workspace: WorkspaceView,
): Promise<Pick<StageReport, 'status' | 'warnings'>> {
  const update = await findUpdate(dep, workspace)
  if (!update.ok) return { status: ok(status), warnings: update.problems.map(asWarning) }
  if (update.value === undefined) return { status: ok(status), warnings: [] }
  const deps = new Map([[dep.path, 'update available' as const]])
  return { status: ok({ ...status, deps, reasons: [update.value, ...status.reasons] }), warnings: [] }
}

/** Stages looked at at a time. */
const mostAtOnce = 8

function narrow(stage: Stage, inside: string | undefined): Stage {
  return inside === undefined
    ? stage
    : { ...stage, outs: stage.outs.filter((out) => isInsideOrEqual(inside, out.target)) }
}

/** One line of what `dvc status --json` lists for a stage. */
export type DvcStatusEntry =
  | { readonly 'changed deps': DvcStates }
  | { readonly 'changed outs': DvcStates }
  | 'always changed'
  | 'changed command'
  | 'changed checksum'

/** By path; of a params file the state of each key. */
export type DvcStates = Readonly<Record<string, EntryState | Readonly<Record<string, EntryState>>>>

/** `dvc status --json` of the reports: address → what changed; stages that are up to date are left out. Addresses and
 * paths are as seen from `cwd`. */
export function toDvcStatus(
  reports: readonly StageReport[],
  view: { readonly root: string; readonly cwd: string },
): Readonly<Record<string, readonly DvcStatusEntry[]>> {
  const entries = reports.flatMap(({ stage, status }) => {
    const changes = status.ok ? dvcStatusEntries(status.value, view) : []
    return changes.length === 0 ? [] : [[addressFrom(stage, view.root, view.cwd), changes] as const]
  })
  return Object.fromEntries(entries)
}

/** What `dvc status --json` lists for one stage; empty if it is up to date. */
export function dvcStatusEntries(
  status: StageStatus,
  view: { readonly root: string; readonly cwd: string },
): readonly DvcStatusEntry[] {
  const deps = states(status.stage.deps, status.deps, view)
  const outs = states(status.stage.outs, status.outs, view)
  return [
    ...(deps === undefined ? [] : [{ 'changed deps': deps }]),
    ...(outs === undefined ? [] : [{ 'changed outs': outs }]),
    ...(status.alwaysChanged ? ['always changed' as const] : []),
    ...(status.commandChanged ? ['changed command' as const] : []),
    ...(status.checksumChanged ? ['changed checksum' as const] : []),
  ]
}

function states(
  items: readonly (Dep | Out)[],
  known: StageStatus['deps'],
  view: { readonly root: string; readonly cwd: string },
): DvcStates | undefined {
  if (known.size === 0) return undefined
  const entries = items.flatMap((item) => {
    const state = known.get(item.path)
    if (state === undefined) return []
    return [[shownPath(item, view), typeof state === 'string' ? state : Object.fromEntries(state)] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

// DVC: `output.py::__str__`, `dependency/repo.py::__str__`. The root itself does not count as inside.
function shownPath(item: Dep | Out, { root, cwd }: { readonly root: string; readonly cwd: string }): string {
  if ('kind' in item && item.kind === 'repo') return `${item.path} (${item.url})`
  if (!('inRepo' in item) || ('scheme' in item && item.scheme !== 'local') || item.path.startsWith('/'))
    return item.path
  if (item.target === root || !isInsideOrEqual(item.target, root)) return item.target
  return relativeTo(isInsideOrEqual(cwd, root) ? cwd : root, item.target)
}
