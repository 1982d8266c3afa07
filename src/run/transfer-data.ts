import { join } from 'node:path'
import { fileProblem } from '../base/file-problem.ts'
import { groupBy } from '../base/group-by.ts'
import type { Problem } from '../base/problem.ts'
import type { Workspace } from '../cache/workspace.ts'
import { copyRunCache, LocalRemote } from '../cache/remotes/local-remote.ts'
import { transferObjects } from '../cache/remotes/transfer.ts'
import { TransferTally } from '../cache/remotes/transfer-tally.ts'
import { addressFrom } from '../model/address.ts'
import { callDvc } from './call-dvc.ts'
import { isFolderUrl, planRemotes, type RemoteItem, type RemoteQuestion } from './remote-plan.ts'
import { remoteProblems } from './remote-problems.ts'

export interface TransferRequest extends RemoteQuestion {
  readonly workspace: Workspace
  /** The selections are the whole project. @default false */
  readonly isAll?: boolean
  /** Results of earlier runs too. @default false */
  readonly runCache?: boolean
  /** Files at a time. @default the `jobs` of the remote */
  readonly jobs?: number | undefined
  /** Tells whoever wants to know how far it is. */
  readonly tally?: TransferTally
  readonly signal?: AbortSignal | undefined
  /** Tells that another program does the work, and for which remote. */
  readonly onCall?: (call: string) => void
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
  const { project, direction, signal, tally = new TransferTally() } = request
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
        const shared = options.get('shared') === undefined ? undefined : ('group' as const)
        const remote = new LocalRemote(name, url, { shared })
        if (request.runCache && name === main) report.runs += await copyRuns(remote, request)
        for (const ofKind of groupBy(items, (item) => item.hashName).values())
          report.problems.push(...(await transferItems(ofKind, remote, options)))
      } else if (items.length === 0 && !request.isAll) {
        // Called without a target, dvc would move everything.
        report.problems.push(remoteProblems.runCacheNotReached(name))
      } else {
        report.called.push(name)
        report.problems.push(...(await callDvc({ ...request, name, url, items, verb: direction })))
      }
    } catch (error) {
      // Asked to end: whole objects stay, and the caller knows why.
      if (signal?.aborted) return { ...report, files: tally.copied }
      const problem = fileProblem(error)
      if (problem === undefined) throw error
      report.problems.push(problem)
    }
  }
  return { ...report, files: tally.copied }

  async function transferItems(
    items: readonly RemoteItem[],
    remote: LocalRemote,
    options: ReadonlyMap<string, string>,
  ): Promise<readonly Problem[]> {
    const [{ hashName }] = items as [RemoteItem]
    const [here, there] = [request.workspace.store(hashName), remote.store(hashName)]
    const [from, to] = direction === 'push' ? [here, there] : [there, here]
    const verify = options.get('verify')?.toLowerCase() === 'true'
    const jobs = request.jobs ?? jobsOf(options)
    const oids = items.map((item) => item.oid)
    const { outs, problems } = await transferObjects(oids, { from, to, verify, jobs, tally, signal })
    const source = direction === 'push' ? 'the cache' : `remote '${remote.name}'`
    const told = items.flatMap(({ stage, out }, index) => {
      const { missing, damaged } = outs[index]!
      const address = addressFrom(stage, project.root, project.root)
      return [
        ...(missing.length > 0 ? [remoteProblems.missing(address, out.path, missing.length, remote.name, out.at)] : []),
        ...(damaged.length > 0 ? [remoteProblems.damaged(out.path, damaged.length, source, out.at)] : []),
      ]
    })
    return [...problems, ...told]
  }
}

// DVC: `jobs` of a remote.
function jobsOf(options: ReadonlyMap<string, string>): number | undefined {
  const jobs = Number(options.get('jobs'))
  return Number.isInteger(jobs) && jobs > 0 ? jobs : undefined
}

// Data in the form of a project's own files is none of ours: versions, file names and all are DVC's to tell.
function isFolder(url: string, options: ReadonlyMap<string, string>): boolean {
  return isFolderUrl(url) && !['worktree', 'version_aware'].some((key) => options.get(key)?.toLowerCase() === 'true')
}

async function copyRuns(
  remote: LocalRemote,
  { workspace, direction, project, signal }: TransferRequest,
): Promise<number> {
  const [here, there] = [join(project.config.cacheDir, 'runs'), join(remote.folder, 'runs')]
  return direction === 'push'
    ? await copyRunCache(here, there, { modes: remote.modes, signal })
    : await copyRunCache(there, here, { modes: workspace.store('md5').modes, signal })
}
