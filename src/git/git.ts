import { resolve } from 'node:path'
import type { SimpleGit } from 'simple-git'
import { isInsideOrEqual, joinPath } from '../base/paths.ts'
import { openIgnoreCheck, type IgnoreCheck } from './ignore-check.ts'
import { safeConfig } from './safe-config.ts'

/** The git work tree around a project. This folder is the only place that calls git: fixed verbs, hooks and fsmonitor
 * off, and no text of a user where git could read it as an option. Paths are absolute and normalized. */
export interface Git {
  /** Top of the work tree, spelled as the root that was opened. */
  readonly top: string
  /** The repository of this work tree, usually `.git` below the top. */
  readonly gitDir: string
  /** What all work trees of the repository share; usually the same folder. */
  readonly commonDir: string
  /** Which of `paths` git's ignore rules hide, by the rules as they are now; whether a file is tracked is not asked, as
   * DVC does not. A trailing slash says that a path is a directory. Paths outside the work tree are never ignored. */
  isIgnored(paths: readonly string[]): Promise<ReadonlySet<string>>
  /** The same for many questions in a row. Rules are read once, so keep it for a walk, not for a run. */
  openIgnoreCheck(): IgnoreCheck
  /** Which of `paths` are tracked files, or folders with tracked files below. */
  isTracked(paths: readonly string[]): Promise<ReadonlySet<string>>
  /** Stages `paths`, leaving out what is ignored. */
  add(paths: readonly string[]): Promise<void>
}

/** Opens the git work tree that holds the folder `root`. `undefined`: there is none, or no git program. */
export async function openGit(root: string): Promise<Git | undefined> {
  const { simpleGit } = await import('simple-git')
  const found = await findWorkTree(simpleGit(safeConfig(root)), root)
  return found === undefined ? undefined : new WorkTree(simpleGit(safeConfig(found.top)), found)
}

type Places = Pick<Git, 'top' | 'gitDir' | 'commonDir'>

// `--show-cdup` answers with `../` or nothing, so the spelling of `root` is kept where links are on the way.
async function findWorkTree(git: SimpleGit, root: string): Promise<Places | undefined> {
  try {
    const answer = await git.raw('rev-parse', '--show-cdup', '--git-dir', '--git-common-dir')
    const [up = '', own = '', common = ''] = answer.split('\n')
    return {
      top: joinPath(root, `./${up}`).replace(/(.)\/$/, '$1'),
      gitDir: resolve(root, own),
      commonDir: resolve(root, common),
    }
  } catch {
    return undefined
  }
}

class WorkTree implements Git {
  readonly top: string
  readonly gitDir: string
  readonly commonDir: string
  readonly #git: SimpleGit

  constructor(git: SimpleGit, { top, gitDir, commonDir }: Places) {
    this.#git = git
    this.top = top
    this.gitDir = gitDir
    this.commonDir = commonDir
  }

  openIgnoreCheck(): IgnoreCheck {
    return openIgnoreCheck(this.top)
  }

  async isIgnored(paths: readonly string[]): Promise<ReadonlySet<string>> {
    if (paths.length === 0) return new Set()
    await using check = this.openIgnoreCheck()
    return await check.isIgnored(paths)
  }

  async isTracked(paths: readonly string[]): Promise<ReadonlySet<string>> {
    if (paths.length === 0) return new Set()
    // The whole index rather than these paths: they would need splitting by the length of a command line, and git
    // refuses some of them (beyond a link, inside a submodule).
    const files = (await this.#git.raw('ls-files', '-z')).split('\0').filter((file) => file !== '')
    const tracked = withFolders(files.map((file) => joinPath(this.top, file)))
    return new Set(paths.filter((path) => tracked.has(path)))
  }

  async add(paths: readonly string[]): Promise<void> {
    const inside = paths.filter((path) => isInsideOrEqual(path, this.top))
    const [ignored, tracked] = [await this.isIgnored(inside), await this.isTracked(inside)]
    const wanted = inside.filter((path) => tracked.has(path) || !ignored.has(path))
    if (wanted.length === 0) return
    await this.#git.raw('--literal-pathspecs', 'add', '--', ...wanted)
  }
}

function withFolders(files: readonly string[]): Set<string> {
  const known = new Set<string>()
  for (const file of files) {
    for (let path = file; path !== '' && !known.has(path); path = path.slice(0, path.lastIndexOf('/'))) known.add(path)
  }
  return known
}
