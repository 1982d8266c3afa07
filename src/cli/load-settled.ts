import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '../base/result.ts'
import type { LoadedProject } from '../model/load-project.ts'
import { loadIndexed } from '../model/project-index.ts'
import type { Project } from '../model/project.ts'
import { lockPath } from '../project/lock/lock-path.ts'

/** Loads a project whose records nobody is writing at this moment.
 *
 * DVC writes dvc.lock and .dvc files in place, so one that is being written reads as half of itself. Loading takes no
 * lock, because it must work where nothing can be written; what was touched meanwhile is read again instead. */
export async function loadSettled(
  root: string,
  env: NodeJS.ProcessEnv,
  load: typeof loadIndexed = loadIndexed,
): Promise<Result<LoadedProject>> {
  for (let tries = 1; ; tries++) {
    const since = Date.now() - writeMs
    const loaded = await load({ root, env })
    if (!loaded.ok || tries === mostTries || !wasTouchedSince(loaded.value.project, since)) return loaded
    await sleep(writeMs)
  }
}

/** Longer than DVC needs to write a large lock. */
const writeMs = 50
const mostTries = 4

function wasTouchedSince({ root, stages }: Project, since: number): boolean {
  const files = new Set(stages.map(({ file }) => join(root, lockPath(file))))
  return [...files].some((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > since)
}
