import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeRestageFolder } from '../project/restage-folder.ts'
import { workFolder } from '../project/restage-path.ts'
import { errnoOf } from '../base/file-problem.ts'
import { isProcessAlive, startOfProcess } from '../base/platform.ts'

/** A command that changes the project says so in `.restage/at-work` as long as it does. A mark whose process is gone tells
 * the next one that unfinished files may lie about. */
export interface WorkMark {
  remove(): void
}

/** Sets the mark of this process. Where it cannot be written nothing is lost but the tidying after a kill. */
export function markWork(root: string): WorkMark {
  const file = join(workFolder(root), `${process.pid}-${startOfProcess(process.pid) ?? ''}`)
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
    const [, pid, start] = /^(\d+)-(\d*)$/.exec(name) ?? []
    if (pid === undefined) return []
    if (isProcessAlive(Number(pid)) && (startOfProcess(Number(pid)) ?? '') === start) return []
    return [{ remove: () => rmSync(join(workFolder(root), name), { force: true }) }]
  })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
