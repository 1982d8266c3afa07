import { nearestName } from '../../base/nearest-name.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import { addressFrom } from '../../model/address.ts'
import type { TaskView } from '../../observe/run-view.ts'
import { historyProblems } from './problems.ts'

/** The task of a run that `text` names: its stage's address, as seen from the root or from the working directory, or the
 * bare name if only one stage has it. */
export function findTask(
  tasks: readonly TaskView[],
  text: string,
  { root, cwd }: { readonly root: string; readonly cwd: string },
): Result<TaskView> {
  const shown = (task: TaskView): string => shownAddress(task.address, root, cwd)
  const exact = tasks.find((task) => task.address === text || shown(task) === text)
  if (exact !== undefined) return ok(exact)
  const named = tasks.filter((task) => nameOf(task.address) === text)
  if (named.length === 1) return ok(named[0]!)
  return failed(historyProblems.stageNotFound(text, nearestName(text, tasks.map(shown)), named.map(shown)))
}

/** An address as seen from the root → as seen from the working directory. */
export function shownAddress(address: string, root: string, cwd: string): string {
  const colon = address.lastIndexOf(':')
  if (address.endsWith('.dvc') && colon === -1) return addressFrom({ file: address, name: '' }, root, cwd)
  const file = colon === -1 ? 'dvc.yaml' : address.slice(0, colon)
  return addressFrom({ file, name: address.slice(colon + 1) }, root, cwd)
}

function nameOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1)
}
