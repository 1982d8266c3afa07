import type { Problem } from '../base/problem.ts'
import { addressFrom } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { Stage } from '../model/stage.ts'
import { runDvc } from './call-dvc.ts'
import { runProblems } from './problems.ts'

/** Brings an import to what its source holds now, through the installed `dvc`: from another git repository, or its `rev`,
 * because that has to be read as a project of its own; from other storage and databases. The problems that came of it. */
export async function updateThroughDvc(
  stage: Stage,
  call: {
    readonly project: Project
    readonly rev: string | undefined
    readonly signal: AbortSignal
    readonly onCall: (call: string) => void
  },
): Promise<readonly Problem[]> {
  const { root } = call.project
  const address = addressFrom(stage, root, root)
  const args = ['update', ...(call.rev === undefined ? [] : [`--rev=${call.rev}`]), '--', address]
  call.onCall(`dvc ${args.join(' ')}`)
  const ending = await runDvc(root, args, call.signal)
  if (ending === 'done') return []
  if (ending === 'not installed') return [runProblems.importNeedsDvc(address, stage.at)]
  return [runProblems.importFailed(address, ending.failure, stage.at)]
}
