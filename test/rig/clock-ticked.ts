import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

/** Returns once files below `folder` that were written until now can be told by their times from those that are written
 * later. */
export async function clockTicked(folder: string): Promise<void> {
  const probe = join(folder, '.probe')
  writeFileSync(probe, '')
  const { ctimeMs } = statSync(probe)
  rmSync(probe)
  while (Date.now() <= ctimeMs + grainMs) await turn()
}

// A little more than what we ourselves wait for.
const grainMs = 21
