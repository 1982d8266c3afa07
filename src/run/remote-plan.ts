import { isInsideOrEqual } from '../base/paths.ts'
import { asWarning, type Problem } from '../base/problem.ts'
import type { LocalHashName } from '../cache/hash/hash-file.ts'
import { isOid } from '../cache/objects/object-store.ts'
import { addressFrom } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { DataSelection } from '../model/select-data.ts'
import type { Out, Stage } from '../model/stage.ts'
import { findItem, type StageRecord } from '../project/record.ts'
import { remoteProblems } from './remote-problems.ts'

/** The data of one out, and the remote that is its own. */
export interface RemoteItem {
  readonly stage: Stage
  readonly out: Out
  readonly hashName: LocalHashName
  readonly oid: string
}

/** What is to be moved, by the name of the remote, and what is wrong with the rest. */
export interface RemotePlan {
  readonly items: ReadonlyMap<string, readonly RemoteItem[]>
  readonly problems: readonly Problem[]
}

export interface RemoteQuestion {
  readonly project: Project
  readonly selections: readonly DataSelection[]
  /** `--remote`; then outs whose own remote is another are left out (DVC: `repo/fetch.py::_collect_indexes`). */
  readonly remote?: string | undefined
  readonly direction: 'push' | 'fetch'
  /** @default the project's records */
  readonly recordOf?: (stage: Stage) => StageRecord | undefined
}

/** Which data goes to or comes from which remote: the one that is asked for, else the out's, else the default. Outs of
 * imports from other repositories have their source instead. */
export function planRemotes(question: RemoteQuestion): RemotePlan {
  const { project, selections, remote, direction, recordOf = (stage) => project.records.get(stage.id) } = question
  const items = new Map<string, RemoteItem[]>()
  const problems: Problem[] = []
  const asked = remote?.toLowerCase()
  const none = remoteProblems.none(project.root)
  const noRemote = direction === 'push' ? none : asWarning(none)
  for (const { stage, out } of chosenOuts(selections)) {
    if (direction === 'push' && !out.push) continue
    const own = out.remote?.toLowerCase()
    if (asked !== undefined && own !== undefined && own !== asked) continue
    const item = itemOf(stage, out, recordOf(stage))
    const name = asked ?? own ?? project.config.defaultRemote
    if (item === undefined) problems.push(remoteProblems.nothingRecorded(addressOf(stage, project), out.path, out.at))
    else if (name === undefined) problems.push(noRemote)
    else if (!project.config.remotes.has(name))
      problems.push(remoteProblems.unknown(name, [...project.config.remotes.keys()]))
    else append(items, name, item)
  }
  // As in DVC, who pushes says where to even if there is nothing; without a remote nothing is fetched, and that is that.
  if (direction === 'push' && items.size === 0 && asked === undefined && project.config.defaultRemote === undefined)
    problems.push(noRemote)
  return { items, problems: withoutRepeats(problems) }
}

/** True for the URL of a remote that is a folder of this machine. */
export function isFolderUrl(url: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(url)
}

function append(items: Map<string, RemoteItem[]>, name: string, item: RemoteItem): void {
  const known = items.get(name)
  if (known === undefined) items.set(name, [item])
  else known.push(item)
}

function chosenOuts(selections: readonly DataSelection[]): readonly { readonly stage: Stage; readonly out: Out }[] {
  return selections.flatMap(({ stage, inside }) => {
    if (stage.deps.some((dep) => dep.kind === 'repo' || dep.kind === 'db')) return []
    const outs = stage.outs.filter((out) => out.scheme === 'local' && out.cache && out.inRepo)
    const chosen = inside === undefined ? outs : outs.filter((out) => isInsideOrEqual(inside, out.target))
    return chosen.map((out) => ({ stage, out }))
  })
}

function itemOf(stage: Stage, out: Out, record: StageRecord | undefined): RemoteItem | undefined {
  const item = findItem(record?.outs ?? [], out.path)
  if (item?.hash === undefined || !isOid(item.hash)) return undefined
  if (item.hashName !== 'md5' && item.hashName !== 'md5-dos2unix') return undefined
  return { stage, out, hashName: item.hashName, oid: item.hash }
}

function addressOf(stage: Stage, { root }: Project): string {
  return addressFrom(stage, root, root)
}

function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.code, problem.message]), problem])).values()]
}
