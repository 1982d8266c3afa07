import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDirectory } from '../base/file-kind.ts'
import { compareCodePoints } from '../base/order.ts'
import { relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import type { Git } from '../git/git.ts'
import type { IgnoreCheck } from '../git/ignore-check.ts'
import type { IgnoreRules } from './ignore/ignore-rules.ts'
import { walkProblems } from './problems.ts'

export interface WalkOptions {
  /** Absolute path of the DVC root. */
  readonly root: string
  readonly ignore: IgnoreRules
  /** Without it nothing is git-ignored (DVC: `core.no_scm`). */
  readonly git: Git | undefined
  /** Called for each `dvc.yaml` and `*.dvc` file, one after the other, with its absolute path. Returns the absolute
   * paths of the outs it declares; folders equal to an out are not entered from then on. */
  readonly load: (file: string) => Promise<readonly string[]>
}

/** Visits the stage files of a project as DVC collects them (DVC: `repo/index.py::collect_files`): a folder's files,
 * then its subfolders, both by code point, where DVC takes the order of the file system. Links to folders are not
 * followed. */
export async function walkProject(options: WalkOptions): Promise<{ readonly problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const outs = new Set<string>()
  await using check = options.git?.openIgnoreCheck()
  // A stack instead of recursion: folders may be nested deeper than calls.
  const folders = [options.root]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await listFolder(options.root, folder, problems)
    const { files, subfolders } = await visible(entries, folder, options.ignore, check)
    for (const file of files) for (const out of await options.load(file)) outs.add(out)
    folders.push(...subfolders.filter((path) => !outs.has(path)).toReversed())
  }
  return { problems }
}

/** True for the names of files that hold stages (DVC: `dvcfile.py::is_valid_filename`). */
export function isStageFileName(name: string): boolean {
  return name === 'dvc.yaml' || name.endsWith('.dvc')
}

// DVC passes over folders it may not read; what they hold would be missing without a word.
async function listFolder(root: string, folder: string, problems: Problem[]): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.toSorted((a, b) => compareCodePoints(a.name, b.name))
  } catch (error) {
    problems.push(walkProblems.folderUnreadable(relativeTo(root, folder), (error as Error).message))
    return []
  }
}

interface Visible {
  readonly files: readonly string[]
  readonly subfolders: readonly string[]
}

async function visible(
  entries: readonly Dirent[],
  folder: string,
  ignore: IgnoreRules,
  check: IgnoreCheck | undefined,
): Promise<Visible> {
  const pathOf = (entry: Dirent): string => join(folder, entry.name)
  const folders = entries.filter((entry) => entry.isDirectory()).map(pathOf)
  const named = entries.filter((entry) => !entry.isDirectory() && isStageFileName(entry.name)).map(pathOf)
  const files = named.filter((path) => !isDirectory(path))
  const shownFolders = folders.filter((path) => !ignore.isIgnored(path, true))
  const shownFiles = files.filter((path) => !ignore.isIgnored(path, false))
  const hidden = await check?.isIgnored([...shownFiles, ...shownFolders.map((path) => `${path}/`)])
  return {
    files: shownFiles.filter((path) => !hidden?.has(path)),
    subfolders: shownFolders.filter((path) => !hidden?.has(`${path}/`)),
  }
}
