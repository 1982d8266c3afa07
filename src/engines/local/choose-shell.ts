import { basename } from 'node:path'

/** How one command is handed to a shell: a program and its arguments before the command text. */
export interface Shell {
  readonly program: string
  readonly args: readonly string[]
}

/** The user's `$SHELL`, else `/bin/sh`, with its start-up files switched off (DVC: `stage/run.py::_make_cmd`).
 * `fishVersion` is asked only for fish. */
export async function chooseShell(
  env: NodeJS.ProcessEnv,
  fishVersion: (program: string) => Promise<string>,
): Promise<Shell> {
  const program = env.SHELL || '/bin/sh'
  switch (basename(program).toLowerCase()) {
    case 'bash':
      return { program, args: ['--noprofile', '--norc', '-c'] }
    case 'zsh':
      return { program, args: ['--no-rcs', '-c'] }
    case 'fish':
      return { program, args: supportsNoConfig(await fishVersion(program)) ? ['--no-config', '-c'] : ['-c'] }
    default:
      return { program, args: ['-c'] }
  }
}

/** What `fish --version` prints; empty if it cannot be asked. */
export async function askFishVersion(program: string): Promise<string> {
  const { execa } = await import('execa')
  const { stdout } = await execa(program, ['--version'], { reject: false, timeout: 5000 })
  return stdout ?? ''
}

// `--no-config` came with fish 3.3.0.
function supportsNoConfig(versionText: string): boolean {
  const match = /(\d+)\.(\d+)/.exec(versionText)
  if (match === null) return false
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return major > 3 || (major === 3 && minor >= 3)
}
