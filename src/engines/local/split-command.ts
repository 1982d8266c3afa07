import type { Command } from '../../model/stage.ts'

/** The commands of a stage: the items of a list, or the lines of a string, each for a shell of its own
 * (DVC: `stage/run.py::_enforce_cmd_list`). A list item is not split further. */
export function splitCommand(cmd: Command): readonly string[] {
  if (typeof cmd !== 'string') return cmd
  const lines = cmd.split(lineEnds)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

// Where Python's `str.splitlines` ends a line: also at VT, FF, FS, GS, RS, NEL, LS and PS.
// eslint-disable-next-line no-control-regex
const lineEnds = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/
