import { asWarning, type Problem } from '../base/problem.ts'
import type { Workspace } from '../cache/workspace.ts'
import type { Project } from '../model/project.ts'
import { transferData } from './transfer-data.ts'

/** Brings what the default remote knows of earlier runs, so that `run --pull` finds their results (DVC:
 * `repo/reproduce.py`). What keeps it from coming is a warning: stages run instead. */
export async function pullRunCache(project: Project, workspace: Workspace): Promise<readonly Problem[]> {
  const { problems } = await transferData({
    project,
    workspace,
    direction: 'fetch',
    selections: [],
    isAll: false,
    remote: undefined,
    runCache: true,
    jobs: undefined,
    onCall: () => undefined,
  })
  return problems.map(asWarning)
}
