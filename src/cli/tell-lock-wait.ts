import { showControls } from '../base/terminal-text.ts'
import { waitText } from '../cache/problems.ts'
import type { CliIo } from './cli-io.ts'

/** What says for whom a command waits. */
export function tellLockWait(io: CliIo): (holder: string, path: string) => void {
  return (holder, path) => io.stderr.write(`${showControls(waitText(holder, path))}\n`)
}
