import { showControls } from '../base/terminal-text.ts'
import { addressFrom } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { Stage } from '../model/stage.ts'

/** Names stages as people at `cwd` name them, safe for a terminal. */
export function addressesFrom(project: Pick<Project, 'root'>, cwd: string): (stage: Stage) => string {
  return (stage) => showControls(addressFrom(stage, project.root, cwd))
}

/** The same for addresses as seen from the root, as plans and reasons have them. */
export function addressesByName(project: Project, cwd: string): (rootAddress: string) => string {
  const { root } = project
  const shown = new Map(project.stages.map((stage) => [addressFrom(stage, root, root), addressFrom(stage, root, cwd)]))
  return (rootAddress) => showControls(shown.get(rootAddress) ?? rootAddress)
}
