import { setTimeout as sleep } from 'node:timers/promises'
import { relativeTo } from '../base/paths.ts'
import { failed, type Result } from '../base/result.ts'
import type { DvcConfig } from '../project/dvc-config.ts'
import { flockKind } from './flock-file.ts'
import { linkKind } from './link-lock.ts'
import type { HeldLock } from './lock-kind.ts'
import { cacheProblems } from './problems.ts'
import type { Waiter, WaitingLine } from './waiting-line.ts'

export type LockConfig = Pick<DvcConfig, 'hardlinkLock'>

/** Takes one of DVC's lock files in the way that the project's configuration asks for, for those who wait in `line`.
 * `undefined`: all of them have lost patience and been refused. `root` is the project's, for messages. */
export async function lockFile(
  file: string,
  root: string,
  { config, line }: { readonly config: LockConfig; readonly line: WaitingLine<Waiter> },
): Promise<Result<HeldLock> | undefined> {
  const kind = config.hardlinkLock ? linkKind : flockKind
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const attempt = await kind.tryTake(file)
    if (typeof attempt !== 'string') return attempt
    if (attempt === 'unavailable') return failed(cacheProblems.lockUnavailable(config.hardlinkLock))
    if (!line.goesOnWaiting({ file: relativeTo(root, file), holder: kind.holder(file) })) return undefined
    await sleep(pauseMs)
  }
}

/** True if somebody has the lock, as far as that shows without trying for it. */
export function isLockHeld(file: string, config: LockConfig): boolean {
  return (config.hardlinkLock ? linkKind : flockKind).isHeld(file)
}
