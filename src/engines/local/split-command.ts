import { pythonSplitLines } from '../../base/python-text.ts'
import type { Command } from '../../model/stage.ts'

/** The commands of a stage: the items of a list, or the lines of a string, each for a shell of its own
 * (DVC: `stage/run.py::_enforce_cmd_list`). A list item is not split further. */
export function splitCommand(cmd: Command): readonly string[] {
  return typeof cmd === 'string' ? pythonSplitLines(cmd) : cmd
}
