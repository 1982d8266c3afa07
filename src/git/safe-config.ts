import type { SimpleGitOptions } from 'simple-git'

/** Settings for every call of git: nothing that a repository's own config names is executed. `safe.directory` lifts git's
 * refusal of work trees that belong to somebody else (a mounted checkout in a container), which DVC does not know. */
export const safeSettings: readonly string[] = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.ext.allow=never',
  'safe.directory=*',
]

/** Options of simple-git for the work tree or folder `baseDir`. simple-git guards the very settings that we switch off,
 * hence the permissions. It removes `GIT_*` variables, so a call from within a git hook sees the right repository. */
export function safeConfig(baseDir: string): Partial<SimpleGitOptions> {
  return {
    baseDir,
    config: [...safeSettings],
    unsafe: { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true, allowUnsafeProtocolOverride: true },
  }
}
