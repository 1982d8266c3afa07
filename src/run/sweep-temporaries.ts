import { type Dirent, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isInsideOrEqual } from '../base/paths.ts'
import { isLeftTemporary } from '../base/temporary.ts'
import type { Project } from '../model/project.ts'
import { restageFolder } from '../project/restage-path.ts'
import { leftMarks } from './at-work.ts'
import { isFolderUrl } from './remote-plan.ts'

/** Removes what killed processes of ours left unfinished, if there were any: in the cache and in remotes that are
 * folders, in DVC's and our own folders, beside stage files and outs, and in folders that are outs. All else, unfinished files of DVC too, is left alone. */
export function sweepTemporaries({ root, stages, config }: Project): void {
  const marks = leftMarks(root)
  if (marks.length === 0) return
  const swept = new Set<string>()
  const isOurs = (path: string): boolean => isInsideOrEqual(path, root)
  for (const folder of [join(root, '.dvc/tmp'), restageFolder(root)]) sweep(folder, swept, true)
  sweep(join(root, '.dvc'), swept, false)
  sweep(config.cacheDir, swept, true)
  for (const folder of remoteFolders(config)) sweep(folder, swept, true)
  for (const { file, outs } of stages) {
    sweep(dirname(file), swept, false)
    for (const { scheme, target } of outs) {
      if (scheme !== 'local' || !isOurs(target)) continue
      sweep(dirname(target), swept, false)
      sweep(target, swept, true)
    }
  }
  marks.forEach((mark) => mark.remove())
}

// What is beside the objects there may be anybody's.
function remoteFolders({ remotes }: Project['config']): readonly string[] {
  const urls = [...remotes.values()].flatMap((options) => options.get('url') ?? [])
  return urls.filter(isFolderUrl).flatMap((url) => [join(url, 'files/md5'), join(url, 'runs')])
}

// What cannot be read or removed stays: it is only untidy. Links are not followed.
function sweep(folder: string, swept: Set<string>, isDeep: boolean): void {
  const key = `${folder}\n${isDeep}`
  if (swept.has(key)) return
  swept.add(key)
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (isLeftTemporary(entry.name)) remove(path)
    else if (isDeep && entry.isDirectory()) sweep(path, swept, true)
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // Somebody else's folder now.
  }
}
