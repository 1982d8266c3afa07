import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isDirectory, isLink } from '../../base/file-kind.ts'
import { isInside, isInsideOrEqual, joinPath, relativeTo } from '../../base/paths.ts'
import type { Problem } from '../../base/problem.ts'
import { cacheProblems } from '../problems.ts'

/** Where an out may be changed or deleted. Paths are absolute. */
export interface Confines {
  /** The DVC root: the folder with `.dvc`, even where git's own root is further up, because that is what DVC calls the
   * repository, and what lies beside it may be another project. */
  readonly root: string
  readonly cacheDir: string
  /** Paths outside the root are fair game, as in DVC (`--allow-outside`). */
  readonly allowOutside: boolean
}

/** The reason why nothing may be changed or deleted at `path`, an absolute path; `undefined`: it may. What counts is
 * where it really is: a link on the way may lead out of the project, and so may the out itself. */
export function refuseOutside(path: string, confines: Confines): Problem | undefined {
  const { root, allowOutside } = confines
  const { realRoot, realCacheDir } = placesOf(confines)
  const real = isPlainInside(path, root) ? joinPath(realRoot, relativeTo(root, path)) : realPlace(path)
  const isVital =
    isPartOfDvcOrGit(path, root) ||
    isPartOfDvcOrGit(real, realRoot) ||
    isInsideOrEqual(realRoot, real) ||
    concernsCache(real, realCacheDir, realRoot)
  if (isVital) return cacheProblems.protectedPath(path)
  if (allowOutside || (isInside(path, root) && isInside(real, realRoot))) return undefined
  return cacheProblems.outsideProject(path, real === path ? undefined : real)
}

// Names on the way from the root. The root itself may lie in a folder `.dvc`: DVC runs experiments there.
function isPartOfDvcOrGit(path: string, root: string): boolean {
  return relativeTo(root, path)
    .split('/')
    .some((name) => name === '.dvc' || name === '.git')
}

// A cache may, however oddly, stand in a folder above the project.
function concernsCache(path: string, cacheDir: string, root: string): boolean {
  return isInsideOrEqual(cacheDir, path) || (isInside(path, cacheDir) && !isInsideOrEqual(root, cacheDir))
}

interface Places {
  readonly realRoot: string
  readonly realCacheDir: string
}

// Root and cache stay where they are; only what commands write is looked at each time.
const known = new WeakMap<Confines, Places>()

function placesOf(confines: Confines): Places {
  const places = known.get(confines) ?? {
    realRoot: realpathSync(confines.root),
    realCacheDir: realPlace(confines.cacheDir),
  }
  known.set(confines, places)
  return places
}

// No link stands on the way from the root to the path, nor at it: then it is where it seems to be.
function isPlainInside(path: string, root: string): boolean {
  if (!isInside(path, root)) return false
  for (let at = path; at !== root; at = dirname(at)) if (isLink(at)) return false
  return true
}

// Where changes at a path would happen: a link to a folder stays and what is behind it changes, any other is replaced.
function realPlace(path: string): string {
  if (isLink(path) && isDirectory(path)) return realpathSync(path)
  return join(realFolder(dirname(path)), basename(path))
}

// The nearest folder above that is there, and the names that are not.
function realFolder(folder: string): string {
  const missing: string[] = []
  for (let at = folder; ; at = dirname(at)) {
    try {
      return join(realpathSync(at), ...missing.toReversed())
    } catch {
      if (at === dirname(at)) return folder
      missing.push(basename(at))
    }
  }
}
