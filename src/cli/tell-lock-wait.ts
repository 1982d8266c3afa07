import { showControls } from '../base/terminal-text.ts'
import { waitText } from '../cache/problems.ts'

/** What says, in a line, for whom a command waits. */
export function tellLockWait(print: (line: string) => void): (holder: string, path: string) => void {
  return (holder, path) => print(showControls(waitText(holder, path)))
}
