import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The config files of a project, each overruled by the next: system, global, repository, local. They need not exist.
 * DVC: `config.py::Config.files`, `dirs.py`. */
export function configFiles(root: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly string[] {
  const folders = platform === 'darwin' ? macFolders(env) : linuxFolders(env)
  return [
    join(env['DVC_SYSTEM_CONFIG_DIR'] || folders.system, 'config'),
    join(env['DVC_GLOBAL_CONFIG_DIR'] || folders.global, 'config'),
    join(root, '.dvc', 'config'),
    join(root, '.dvc', 'config.local'),
  ]
}

/** The home folder as Python finds it: `HOME`, else the user's entry in the system's list. */
export function homeFolder(env: NodeJS.ProcessEnv): string {
  return env['HOME'] !== undefined && isAbsolute(env['HOME']) ? env['HOME'] : homedir()
}

interface Folders {
  readonly system: string
  readonly global: string
}

function linuxFolders(env: NodeJS.ProcessEnv): Folders {
  return { system: xdgSystem(env) ?? '/etc/xdg/dvc', global: xdgGlobal(env) ?? join(homeFolder(env), '.config/dvc') }
}

function macFolders(env: NodeJS.ProcessEnv): Folders {
  const support = 'Library/Application Support/dvc'
  return { system: xdgSystem(env) ?? `/${support}`, global: xdgGlobal(env) ?? join(homeFolder(env), support) }
}

// Relative paths in XDG variables do not count.
function xdgSystem(env: NodeJS.ProcessEnv): string | undefined {
  const folder = env['XDG_CONFIG_DIRS']?.split(':').find(isAbsolute)
  return folder === undefined ? undefined : join(folder, 'dvc')
}

function xdgGlobal(env: NodeJS.ProcessEnv): string | undefined {
  const folder = env['XDG_CONFIG_HOME']
  return folder !== undefined && isAbsolute(folder) ? join(folder, 'dvc') : undefined
}
