import type { Colors } from '../base/colors.ts'
import type { Sources } from '../project/stamps.ts'

/** What a command may touch of the process it runs in. Tests put their own in. */
export interface CliIo {
  /** Absolute; targets and shown paths are seen from here. */
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly stdout: Output
  readonly stderr: Output
  readonly version: string
  /** `--json`: stdout gets one JSON value and nothing else. */
  readonly isJson: boolean
  /** Called by a command that found nothing to do and nothing wrong: what it says may be said again as long as all that it
   * looked at stays as it is. */
  readonly nothingToDo?: (basis: Basis) => void
}

/** Everything that a call without work to do has looked at, from `since` (of `Date.now()`) on. */
export interface Basis {
  readonly root: string
  readonly sources: Sources
  readonly since: number
}

export interface Output {
  readonly write: (text: string | Uint8Array) => void
  readonly colors: Colors
  /** The other end is a terminal. */
  readonly isTerminal: boolean
  /** Columns and rows of the terminal, as they are now. */
  readonly size: () => { readonly columns: number; readonly rows: number }
}
