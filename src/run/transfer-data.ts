import { join } from 'node:path'
import { fileProblem } from '../base/file-problem.ts'
import type { Problem } from '../base/problem.ts'
import type { Workspace } from '../cache/workspace.ts'
import { copyRunCache, LocalRemote } from '../cache/remotes/local-remote.ts'
import { transferObject } from '../cache/remotes/transfer.ts'
import { addressFrom } from '../model/address.ts'
import { callDvc } from './call-dvc.ts'
import { planRemotes, type RemoteItem, type RemoteQuestion } from './remote-plan.ts'
import { remoteProblems } from './remote-problems.ts'

export interface TransferRequest extends RemoteQuestion {
  readonly workspace: Workspace
  /** The selections are the whole project. */
  readonly isAll: boolean
  /** Results of earlier runs too. */
  readonly runCache: boolean
  /** Handed on to `dvc`. */
  readonly jobs: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Tells that another program does the work, and for which remote. */
  readonly onCall: (call: string) => void
}

export interface TransferReport {
  /** Files that came or went, as far as we moved them ourselves. */
  readonly files: number
  /** Entries of the run cache. */
  readonly runs: number
  /** Remotes for which `dvc` was called. */
  readonly called: readonly string[]
  readonly problems: readonly Problem[]
}

/** Sends recorded data to remotes, or fetches it into the cache (DVC: `repo/push.py`, `repo/fetch.py`). A remote that is a
 * folder is handled here; for all others the installed `dvc` is called, which knows how to reach them. One failing out
 * does not keep the others. */
export async function transferData(request: TransferRequest): Promise<TransferReport> {
  const { project, direction } = request
  const plan = planRemotes(request)
  const report = { files: 0, runs: 0, called: [] as string[], problems: [...plan.problems] }
  const names = new Set(plan.items.keys())
  const main = request.remote?.toLowerCase() ?? project.config.defaultRemote
  if (request.runCache && main !== undefined && project.config.remotes.has(main)) names.add(main)
  for (const name of names) {
    const items = plan.items.get(name) ?? []
    const options = project.config.remotes.get(name) ?? new Map<string, string>()
    const url = options.get('url') ?? ''
    try {
      if (isFolder(url, options)) {
        const memo = request.workspace.memo
        const shared = options.get('shared') === undefined ? undefined : ('group' as const)
        const remote = new LocalRemote(name, url, { shared, memo })
        if (request.runCache && name === main) report.runs += copyRuns(remote, request)
        for (const item of items)
          report.files += await transferItem(item, remote, options.get('verify')?.toLowerCase() === 'true')
      } else if (items.length === 0 && !request.isAll) {
        // Called without a target, dvc would move everything.
        report.problems.push(remoteProblems.runCacheNotReached(name))
      } else {
        report.called.push(name)
        report.problems.push(...(await callDvc({ ...request, name, url, items, verb: direction })))
      }
    } catch (error) {
      // Asked to end: whole objects stay, and the caller knows why.
      if (request.signal?.aborted) return report
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      report.problems.push(problem)
    }
  }
  return report

  async function transferItem(item: RemoteItem, remote: LocalRemote, verify: boolean): Promise<number> {
    const { workspace, signal } = request
    const [here, there] = [workspace.store(item.hashName), remote.store(item.hashName)]
    const [from, to] = direction === 'push' ? [here, there] : [there, here]
    const done = await transferObject(item.oid, { from, to, verify, signal })
    const { out } = item
    const address = addressFrom(item.stage, project.root, project.root)
    const source = direction === 'push' ? 'the cache' : `remote '${remote.name}'`
    if (done.missing.length > 0)
      report.problems.push(remoteProblems.missing(address, out.path, done.missing.length, remote.name, out.at))
    if (done.damaged.length > 0)
      report.problems.push(remoteProblems.damaged(out.path, done.damaged.length, source, out.at))
    return done.copied
  }
}

// Data in the form of a project's own files is none of ours: versions, file names and all are DVC's to tell.
function isFolder(url: string, options: ReadonlyMap<string, string>): boolean {
  return (
    !/^[a-z][a-z0-9+.-]*:\/\//i.test(url) &&
    !['worktree', 'version_aware'].some((key) => options.get(key)?.toLowerCase() === 'true')
  )
}

function copyRuns(remote: LocalRemote, { workspace, direction, project }: TransferRequest): number {
  const [here, there] = [join(project.config.cacheDir, 'runs'), join(remote.folder, 'runs')]
  return direction === 'push'
    ? copyRunCache(here, there, remote.modes)
    : copyRunCache(there, here, workspace.store('md5').modes)
}
