import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

/** Returns once files below `folder` that were written until now can be told by their times from those that are written
 * later. */
export async function clockTicked(folder: string): Promise<void> {
  const probe = join(folder, '.probe')
  writeFileSync(probe, '')
  rmSync(probe)
  // Its going is the last change: on a busy machine it comes long after its making, and what is looked for in the folder and
  // is not there is stamped with the folder's own time.
  const { ctimeMs } = statSync(folder)
  while (Date.now() <= ctimeMs + grainMs) await turn()
}

// A little more than what we ourselves wait for.
const grainMs = 21
