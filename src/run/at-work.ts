import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeRestageFolder } from '../project/restage-folder.ts'
import { workFolder } from '../project/restage-path.ts'
import { namesIn } from '../base/names-in.ts'
import { isRunning, ownerName, parseOwnerName, thisProcess } from '../base/process-owner.ts'

/** A command that changes the project says so in `.restage/at-work` as long as it does. A mark whose process is gone tells
 * the next one that unfinished files may lie about. */
export interface WorkMark {
  remove(): void
}

/** Sets the mark of this process. Where it cannot be written nothing is lost but the tidying after a kill. */
export function markWork(root: string): WorkMark {
  const file = join(workFolder(root), ownerName(thisProcess()))
  try {
    // First of all: already the next line makes a file in two steps.
    mkdirSync(workFolder(root), { recursive: true })
    writeFileSync(file, '')
    makeRestageFolder(root)
  } catch {
    return { remove: () => undefined }
  }
  return { remove: () => rmSync(file, { force: true }) }
}

/** The marks of processes that were killed. */
export function leftMarks(root: string): readonly WorkMark[] {
  return namesIn(workFolder(root)).flatMap((name) => {
    const owner = parseOwnerName(name)
    if (owner === undefined || isRunning(owner)) return []
    return [{ remove: () => rmSync(join(workFolder(root), name), { force: true }) }]
  })
}
