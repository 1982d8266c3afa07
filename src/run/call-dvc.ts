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
  readonly isAll?: boolean
  readonly runCache?: boolean
  readonly jobs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onCall?: (call: string) => void
}

/** Calls `dvc push` or `dvc fetch` for remotes that we do not reach ourselves. The problems that came of it. */
export async function callDvc(call: DvcCall): Promise<readonly Problem[]> {
  const args = argumentsOf(call)
  call.onCall?.(`dvc ${args.join(' ')}`)
  const ending = await runDvc(call.project.root, args, call.signal)
  if (ending === 'done') return []
  if (ending === 'not installed') return [remoteProblems.needsDvc(call.name, call.url)]
  return [remoteProblems.dvcFailed(call.name, call.verb, ending.failure)]
}

/** Runs the installed `dvc` in the folder `root`, with nobody to ask. Not to be told `--quiet`: it would hide its errors. `failure`: its last words. */
export async function runDvc(
  root: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<'done' | 'not installed' | { readonly failure: string }> {
  const { execa } = await import('execa')
  const options = { cwd: root, reject: false, stdin: 'ignore', ...(signal && { cancelSignal: signal }) } as const
  const done = await execa('dvc', args, options)
  if (done.exitCode === 0) return 'done'
  if (done.code === 'ENOENT') return 'not installed'
  return { failure: lastWords(done.stderr) || `it ended with ${done.exitCode}` }
}

// What comes after its errors is where to ask for help.
function lastWords(text: string): string {
  const lines = text.trim().split('\n')
  const errors = lines.filter((line) => line.startsWith('ERROR: '))
  return (errors.length > 0 ? errors.map((line) => line.slice(7)) : lines.slice(-3)).join(' ')
}

// `--` keeps a name that starts with a dash from being read as an option.
function argumentsOf({ project, verb, name, items, isAll, runCache, jobs }: DvcCall): readonly string[] {
  const { root } = project
  const targets = new Set(items.map(({ stage }) => addressFrom(stage, root, root)))
  return [
    verb,
    '--remote',
    name,
    ...(runCache ? ['--run-cache'] : []),
    ...(jobs === undefined ? [] : ['--jobs', String(jobs)]),
    ...(isAll ? [] : ['--', ...targets]),
  ]
}
