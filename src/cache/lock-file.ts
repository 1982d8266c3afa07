import { setTimeout as sleep } from 'node:timers/promises'
import { relativeTo } from '../base/paths.ts'
import { failed, type Result } from '../base/result.ts'
import type { DvcConfig } from '../project/dvc-config.ts'
import { flockKind } from './flock-file.ts'
import { linkKind } from './link-lock.ts'
import type { HeldLock, LockPatience } from './lock-kind.ts'
import { cacheProblems } from './problems.ts'

export type LockConfig = Pick<DvcConfig, 'hardlinkLock'>

/** Takes one of DVC's lock files in the way that the project's configuration asks for. `root` is the project's, for
 * messages. */
export async function lockFile(
  file: string,
  root: string,
  { config, ...patience }: LockPatience & { readonly config: LockConfig },
): Promise<Result<HeldLock>> {
  const kind = config.hardlinkLock ? linkKind : flockKind
  const since = performance.now()
  let isFirst = true
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const attempt = await kind.tryTake(file)
    if (typeof attempt !== 'string') return attempt
    if (attempt === 'unavailable') return failed(cacheProblems.lockUnavailable(config.hardlinkLock))
    const holder = kind.holder(file)
    if (isFirst) patience.onWait?.(holder)
    isFirst = false
    const waitedMs = performance.now() - since
    if (waitedMs >= patience.waitMs || patience.signal?.aborted === true) {
      return failed(cacheProblems.lockBusy(relativeTo(root, file), holder, waitedMs))
    }
    await pause(Math.min(pauseMs, patience.waitMs - waitedMs), patience.signal)
  }
}

/** True if somebody has the lock, as far as that shows without trying for it. */
export function isLockHeld(file: string, config: LockConfig): boolean {
  return (config.hardlinkLock ? linkKind : flockKind).isHeld(file)
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch {
    // Aborted: the caller looks at the signal.
  }
}
