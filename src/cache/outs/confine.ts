import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isInside, isInsideOrEqual } from '../../base/paths.ts'
import type { Problem } from '../../base/problem.ts'
import { cacheProblems } from '../problems.ts'

/** The reason why nothing may be changed or deleted at `path`, an absolute path; `undefined`: it may. What counts is
 * where the folder that holds it really is: a link on the way may lead out of the project. */
export function refuseOutside(path: string, root: string): Problem | undefined {
  if (!isInside(path, root)) return cacheProblems.outsideProject(path)
  if (['.dvc', '.git'].some((name) => isInsideOrEqual(path, join(root, name)))) return cacheProblems.protectedPath(path)
  const holder = realExisting(dirname(path))
  return isInsideOrEqual(holder, realpathSync(root)) ? undefined : cacheProblems.outsideProject(path)
}

// The real place of the nearest folder above that exists.
function realExisting(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder === dirname(folder) ? folder : realExisting(dirname(folder))
  }
}
