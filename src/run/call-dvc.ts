import type { Problem } from '../base/problem.ts'
import { addressFrom } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { RemoteItem } from './remote-plan.ts'
import { remoteProblems } from './remote-problems.ts'

/** What the installed `dvc` is to do for one remote. */
export interface DvcCall {
  readonly project: Project
  readonly verb: 'push' | 'fetch'
  readonly name: string
  readonly url: string
  readonly items: readonly RemoteItem[]
  readonly isAll: boolean
  readonly runCache: boolean
  readonly jobs: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onCall: (call: string) => void
}

/** Calls `dvc push` or `dvc fetch` for remotes that we do not reach ourselves. The problems that came of it. */
export async function callDvc(call: DvcCall): Promise<readonly Problem[]> {
  const { execa } = await import('execa')
  const args = argumentsOf(call)
  call.onCall(`dvc ${args.join(' ')}`)
  const done = await execa('dvc', args, {
    cwd: call.project.root,
    reject: false,
    stdin: 'ignore',
    ...(call.signal && { cancelSignal: call.signal }),
  })
  if (done.exitCode === 0) return []
  if (done.code === 'ENOENT') return [remoteProblems.needsDvc(call.name, call.url)]
  const detail = done.stderr.trim().split('\n').slice(-3).join(' ') || `it ended with ${done.exitCode}`
  return [remoteProblems.dvcFailed(call.name, call.verb, detail)]
}

// `--` keeps a name that starts with a dash from being read as an option.
function argumentsOf({ project, verb, name, items, isAll, runCache, jobs }: DvcCall): readonly string[] {
  const { root } = project
  const targets = new Set(items.map(({ stage }) => addressFrom(stage, root, root)))
  return [
    verb,
    '--quiet',
    '--remote',
    name,
    ...(runCache ? ['--run-cache'] : []),
    ...(jobs === undefined ? [] : ['--jobs', String(jobs)]),
    ...(isAll ? [] : ['--', ...targets]),
  ]
}
