import { relativeTo } from '../../base/paths.ts'
import { exitCodes } from '../../base/problem.ts'
import type { Project } from '../../model/project.ts'
import type { SummaryOptions } from '../../observe/run-summary.ts'
import type { RunSummary } from '../../run/run-context.ts'
import { showControls } from '../../base/terminal-text.ts'
import type { CliIo } from '../cli-io.ts'
import { shownAddress } from '../history/find-task.ts'

/** What is useful to do after a run. */
export function nextSteps(end: {
  readonly io: CliIo
  readonly targets: readonly string[]
  readonly summary: RunSummary
  readonly exitCode: number
  readonly project: Project
  readonly hasGit: boolean
  /** The run can be asked for later. */
  readonly hasHistory: boolean
}): SummaryOptions['next'] {
  const { io, targets, summary, exitCode, project } = end
  if (exitCode !== exitCodes.done) {
    if (summary.tasks.length === 0) return []
    return end.hasHistory ? retrySteps(summary, project, io) : [[runCall(targets), goesOn]]
  }
  const files = summary.changedFiles.map((file) => quote(relativeTo(io.cwd, file)))
  const steps: (readonly [string, string])[] = []
  if (end.hasGit && !project.config.noScm && files.length > 0 && !project.config.autostage) {
    const shown = files.length > mostFiles ? [...files.slice(0, mostFiles), '…'] : files
    steps.push([`git add ${shown.join(' ')}`, 'to share the results'])
  }
  if (files.length > 0 && project.config.remotes.size > 0) steps.push(['dvc push', 'to send data to remote storage'])
  return steps
}

const mostFiles = 6
const goesOn = 'goes on where this run ended; what is saved is not repeated'

function runCall(targets: readonly string[]): string {
  return ['restage run', ...targets.map(quote)].join(' ')
}

function retrySteps({ tasks }: RunSummary, { root }: Project, { cwd }: CliIo): SummaryOptions['next'] {
  const left = tasks.filter(
    ({ result, isWithheld }) => ['failed', 'blocked', 'cancelled'].includes(result) && !isWithheld,
  )
  const saved = tasks.filter(({ result }) =>
    ['ran', 'restored', 'pulled', 'verified', 'imported'].includes(result),
  ).length
  const reuse = saved === 0 ? '' : ` (reuses ${saved})`
  const names = left.slice(0, mostNames).map(({ address }) => shownAddress(address, root, cwd))
  const more = left.length > mostNames ? ` and ${left.length - mostNames} more` : ''
  const failed = left.find(({ result }) => result === 'failed')
  return [
    ['restage retry', `runs ${showControls(names.join(', '))}${more}${reuse}`],
    ...(failed === undefined
      ? []
      : [[`restage logs ${quote(shownAddress(failed.address, root, cwd))}`, 'all that it wrote'] as const]),
  ]
}

const mostNames = 4

// As a shell reads it.
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
