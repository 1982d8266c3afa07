import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDirectory } from '../base/file-kind.ts'
import { compareCodePoints } from '../base/order.ts'
import { relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import type { IgnoreCheck } from '../git/ignore-check.ts'
import type { IgnoreRules } from './ignore/ignore-rules.ts'
import { walkProblems } from './problems.ts'
import { restageFolder } from './restage-path.ts'
import { isStageFileName } from './stage-file-name.ts'
import { listingOf, type Sources } from './stamps.ts'

export interface WalkOptions {
  /** Absolute path of the DVC root. */
  readonly root: string
  readonly ignore: IgnoreRules
  /** Without it nothing is git-ignored (DVC: `core.no_scm`). */
  readonly gitIgnore: IgnoreCheck | undefined
  /** Called for each `dvc.yaml` and `*.dvc` file, one after the other, with its absolute path. Returns the absolute
   * paths of the outs it declares; folders equal to an out are not entered from then on. */
  readonly load: (file: string) => Promise<readonly string[]>
}

/** Visits the stage files of a project as DVC collects them (DVC: `repo/index.py::collect_files`): a folder's files,
 * then its subfolders, both by code point, where DVC takes the order of the file system. Links to folders are not
 * followed, and the folder of our own state is not there. */
export async function walkProject(options: WalkOptions): Promise<Walked> {
  const problems: Problem[] = []
  const sources = { paths: new Array<string>(), folders: new Map<string, string>() }
  const own = restageFolder(options.root)
  const outs = new Set<string>()
  // A stack instead of recursion: folders may be nested deeper than calls.
  const folders = [options.root]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await listFolder(options.root, folder, problems)
    if (entries === undefined) sources.paths.push(folder)
    else sources.folders.set(folder, listingOf(entries))
    const candidates = sortedCandidates(entries ?? []).filter((entry) => pathOf(entry, folder) !== own)
    const { named, files, subfolders } = await visible(candidates, folder, options.ignore, options.gitIgnore)
    sources.paths.push(...named)
    for (const file of files) for (const out of await options.load(file)) outs.add(out)
    folders.push(...subfolders.filter((path) => !outs.has(path)).toReversed())
  }
  return { problems, sources }
}

export interface Walked {
  readonly problems: readonly Problem[]
  /** What was looked at: folders, and files that bear the name of a stage file. */
  readonly sources: Sources
}

// DVC passes over folders it may not read; what they hold would be missing without a word.
async function listFolder(root: string, folder: string, problems: Problem[]): Promise<Dirent[] | undefined> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    problems.push(walkProblems.folderUnreadable(relativeTo(root, folder), (error as Error).message))
    return undefined
  }
}

// Only what can matter: data folders have many thousands of other files.
function sortedCandidates(entries: readonly Dirent[]): readonly Dirent[] {
  return entries
    .filter((entry) => entry.isDirectory() || isStageFileName(entry.name))
    .toSorted((a, b) => compareCodePoints(a.name, b.name))
}

function pathOf(entry: Dirent, folder: string): string {
  return join(folder, entry.name)
}

interface Visible {
  /** Files that bear the name of a stage file, shown or not. */
  readonly named: readonly string[]
  readonly files: readonly string[]
  readonly subfolders: readonly string[]
}

async function visible(
  entries: readonly Dirent[],
  folder: string,
  ignore: IgnoreRules,
  check: IgnoreCheck | undefined,
): Promise<Visible> {
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => pathOf(entry, folder))
  const named = entries.filter((entry) => !entry.isDirectory()).map((entry) => pathOf(entry, folder))
  const files = named.filter((path) => !isDirectory(path))
  const shownFolders = folders.filter((path) => !ignore.isIgnored(path, true))
  const shownFiles = files.filter((path) => !ignore.isIgnored(path, false))
  const hidden = await check?.isIgnored([...shownFiles, ...shownFolders.map((path) => `${path}/`)])
  return {
    named,
    files: shownFiles.filter((path) => !hidden?.has(path)),
    subfolders: shownFolders.filter((path) => !hidden?.has(`${path}/`)),
  }
}
