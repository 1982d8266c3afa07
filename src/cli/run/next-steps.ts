import { relativeTo } from '../../base/paths.ts'
import { exitCodes } from '../../base/problem.ts'
import type { Project } from '../../model/project.ts'
import type { SummaryOptions } from '../../observe/run-summary.ts'
import type { RunSummary } from '../../run/run-context.ts'
import type { CliIo } from '../cli-io.ts'

/** What is useful to do after a run. */
export function nextSteps(end: {
  readonly io: CliIo
  readonly targets: readonly string[]
  readonly summary: RunSummary
  readonly exitCode: number
  readonly project: Project
  readonly hasGit: boolean
}): SummaryOptions['next'] {
  const { io, targets, summary, exitCode, project } = end
  if (exitCode !== exitCodes.done) {
    const call = ['restage run', ...targets.map(quote)].join(' ')
    return summary.tasks.length === 0 ? [] : [[call, 'goes on where this run ended; what is saved is not repeated']]
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

// As a shell reads it.
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
