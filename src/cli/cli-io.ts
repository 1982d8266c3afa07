import type { Colors } from '../base/colors.ts'

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
}

export interface Output {
  readonly write: (text: string | Uint8Array) => void
  readonly colors: Colors
  /** The other end is a terminal. */
  readonly isTerminal: boolean
  /** Columns and rows of the terminal, as they are now. */
  readonly size: () => { readonly columns: number; readonly rows: number }
}
