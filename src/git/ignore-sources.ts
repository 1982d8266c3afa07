import { dirname, join, resolve } from 'node:path'
import type { SimpleGit } from 'simple-git'
import { isDirectory } from '../base/file-kind.ts'
import { joinPath } from '../base/paths.ts'
import type { Git } from './git.ts'
import { safeConfig } from './safe-config.ts'

/** The files outside a project that decide what git ignores in it, there or not: the rules of the folders above it, of the
 * repository and of the user, and the settings that name them. Without a work tree: the files by which one would appear. */
export async function ignoreSources(
  root: string,
  workTree: Pick<Git, 'top' | 'gitDir' | 'commonDir'> | undefined,
): Promise<readonly string[]> {
  const above = foldersAbove(root, workTree?.top)
  // A folder `.git` changes all the time; that it is there shows in what it holds.
  const markers = above.map((folder) => join(folder, '.git')).filter((path) => !isDirectory(path))
  if (workTree === undefined) return markers
  const { top, gitDir, commonDir } = workTree
  const { simpleGit } = await import('simple-git')
  const git = simpleGit(safeConfig(top))
  const settings = await ask(git, 'config', '--list', '--show-origin', '-z')
  const hasExcludes = settings.includes('\0core.excludesfile\n')
  const excludes = hasExcludes ? await ask(git, 'config', '--type=path', '--get', 'core.excludesFile') : ''
  return [
    ...new Set([
      ...markers,
      ...above.filter((folder) => folder !== root).map((folder) => join(folder, '.gitignore')),
      join(gitDir, 'HEAD'),
      join(gitDir, 'config.worktree'),
      join(commonDir, 'config'),
      join(commonDir, 'info/exclude'),
      ...userFiles(),
      ...settingFiles(settings, top),
      ...(excludes === '' ? [] : [resolve(top, excludes.replace(/\n$/, ''))]),
    ]),
  ]
}

// From the root up to the top of the work tree, or of the file system.
function foldersAbove(root: string, top: string | undefined): readonly string[] {
  const folders = [root]
  for (let folder = root; folder !== top && folder !== dirname(folder);) {
    folder = dirname(folder)
    folders.push(folder)
  }
  return folders
}

// Git looks there by itself, so it may begin to any time.
function userFiles(): readonly string[] {
  const settings = process.env['XDG_CONFIG_HOME'] || join(home(), '.config')
  return ['/etc/gitconfig', join(home(), '.gitconfig'), join(settings, 'git/config'), join(settings, 'git/ignore')]
}

// With -z: origin, NUL, name, line end, value, NUL. Files that are included need not be there.
function settingFiles(settings: string, top: string): readonly string[] {
  const fields = settings.split('\0')
  const files: string[] = []
  for (let i = 0; i + 1 < fields.length; i += 2) {
    if (!fields[i]!.startsWith('file:')) continue
    const origin = resolve(top, fields[i]!.slice('file:'.length))
    const [, included] = /^include(?:if\..*)?\.path\n(.*)$/s.exec(fields[i + 1]!) ?? []
    files.push(origin)
    if (included !== undefined) files.push(joinPath(dirname(origin), included.replace(/^~(?=\/)/, home())))
  }
  return files
}

function home(): string {
  return process.env['HOME'] ?? '/'
}

async function ask(git: SimpleGit, ...args: readonly string[]): Promise<string> {
  try {
    return await git.raw([...args])
  } catch {
    return '' // nothing is set
  }
}
