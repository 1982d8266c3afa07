import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '../base/result.ts'
import { isHeldByWriterOf } from '../cache/repo-lock.ts'
import type { LoadedProject } from '../model/load-project.ts'
import { loadIndexed } from '../model/project-index.ts'
import type { Project } from '../model/project.ts'
import { lockPath } from '../project/lock/lock-path.ts'

/** Loads a project whose records nobody is writing at this moment.
 *
 * DVC writes dvc.lock and .dvc files in place, piece by piece, so one that is being written reads as a part of itself; of a
 * large one that takes seconds. Loading takes no lock, because it must work where nothing can be written. What was touched
 * just now, or is younger than a repository lock that somebody holds, is read again when it has settled. */
export async function loadSettled(
  root: string,
  env: NodeJS.ProcessEnv,
  load: typeof loadIndexed = loadIndexed,
): Promise<Result<LoadedProject>> {
  for (let tries = 1; ; tries++) {
    const since = Date.now() - graceMs
    const loaded = await load({ root, env })
    if (!loaded.ok || tries === mostTries) return loaded
    const { project } = loaded.value
    const unsettled = lockFiles(project).filter((file) => isUnsettled(file, project, since))
    if (unsettled.length === 0) return loaded
    for (const file of unsettled) await settle(file, project)
  }
}

/** A writer without the lock needs no longer for its next piece, in ms. */
const graceMs = 50
/** As long, in ms, the holder of the lock is taken to be writing on in a file that looks whole, and in one that does not. */
const wholeMs = 500
const partMs = 10_000
const mostTries = 4

function lockFiles({ root, stages }: Project): readonly string[] {
  const files = new Set(stages.map(({ file }) => file))
  return [...new Set([...files].map((file) => join(root, lockPath(file))))]
}

function isUnsettled(file: string, { root, config }: Project, since: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return false
  return (
    stats.mtimeMs > since || (isHeldByWriterOf(file, root, config) && stats.mtimeMs > since - patience(file, stats))
  )
}

// Waits as long as the file grows or shrinks, or its writer holds the lock and may be about to.
async function settle(file: string, { root, config }: Project): Promise<void> {
  for (let [sign, quietSince] = [signOf(file), Date.now()]; ;) {
    await sleep(graceMs)
    const [now, stats] = [signOf(file), statSync(file, { throwIfNoEntry: false })]
    if (now !== sign) [sign, quietSince] = [now, Date.now()]
    else if (stats === undefined || !isHeldByWriterOf(file, root, config)) return
    else if (Date.now() - quietSince > patience(file, stats)) return
  }
}

function signOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return `${stats?.ino} ${stats?.size} ${stats?.mtimeMs}`
}

// Pieces end anywhere, DVC's files with a line.
function patience(file: string, { size }: Stats): number {
  return size > 0 && lastByte(file, size) === 0x0a ? wholeMs : partMs
}

function lastByte(file: string, size: number): number | undefined {
  try {
    const [fd, byte] = [openSync(file, 'r'), Buffer.alloc(1)]
    try {
      return readSync(fd, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined // it went away, or is nobody's to read
  }
}
