import { fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandLineOf, FileLocker, isProcessAlive } from '../base/platform.ts'
import { fileProblem } from '../base/file-problem.ts'
import { relativeTo } from '../base/paths.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { cacheProblems } from './problems.ts'

/** A lock file that is held: nobody else's DVC gets it until `release`, or until this process ends in whatever way. */
export interface HeldLock {
  release(): Promise<void>
}

export interface LockPatience {
  /** How long to wait for another holder, in ms; `Infinity` waits for ever. */
  readonly waitMs: number
  /** Called once when there is another holder, with words for it: `PID 4711 (dvc repro)`. */
  readonly onWait?: ((holder: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Takes one of DVC's lock files as DVC does (its library zc.lockfile): BSD lock on the file, then our process id as its
 * content, which means nothing. The file is never deleted. `root` is the project's, for messages. */
export async function lockFile(file: string, root: string, patience: LockPatience): Promise<Result<HeldLock>> {
  const since = performance.now()
  let isFirst = true
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const attempt = await tryLock(file)
    if (typeof attempt !== 'string') return attempt
    if (attempt === 'unavailable') return failed(cacheProblems.lockUnavailable())
    const holder = describeHolder(file)
    if (isFirst) patience.onWait?.(holder)
    isFirst = false
    const waitedMs = performance.now() - since
    if (waitedMs >= patience.waitMs || patience.signal?.aborted === true) {
      return failed(cacheProblems.lockBusy(relativeTo(root, file), holder, waitedMs))
    }
    await pause(Math.min(pauseMs, patience.waitMs - waitedMs), patience.signal)
  }
}

async function tryLock(file: string): Promise<Result<HeldLock> | 'busy' | 'unavailable'> {
  const opened = openLock(file)
  if (!opened.ok) return opened
  const { fd, locker } = opened.value
  const answer = await locker.tryLock()
  if (answer === 'taken' && isStillAt(fd, file)) {
    writeHolder(fd)
    return ok({ release: () => release(file, opened.value) })
  }
  locker.close()
  return answer === 'taken' ? 'busy' : answer
}

interface OpenLock {
  readonly fd: number
  readonly locker: FileLocker
}

/** Lock files that are open but not held: a run takes the same two again and again. */
const idle = new Map<string, OpenLock>()

function openLock(file: string): Result<OpenLock> {
  const known = idle.get(file)
  if (known !== undefined) {
    idle.delete(file)
    return ok(known)
  }
  try {
    mkdirSync(dirname(file), { recursive: true })
    const fd = openSync(file, constants.O_RDWR | constants.O_CREAT)
    return ok({ fd, locker: new FileLocker(fd) })
  } catch (error) {
    const problem = fileProblem(error)
    if (problem === undefined) throw error
    return failed(problem)
  }
}

async function release(file: string, open: OpenLock): Promise<void> {
  if ((await open.locker.unlock()) && !idle.has(file)) idle.set(file, open)
  else open.locker.close()
}

// Somebody who cleans up may have deleted the file; then others lock a new one.
function isStillAt(fd: number, file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino
}

function writeHolder(fd: number): void {
  try {
    writeSync(fd, ` ${process.pid}\n`, 0)
    ftruncateSync(fd, ` ${process.pid}\n`.length)
  } catch {
    // Only words for people: a full disk is no reason not to have the lock.
  }
}

function describeHolder(file: string): string {
  const pid = Number(readIfThere(file).trim())
  if (!Number.isInteger(pid) || pid <= 0 || !isProcessAlive(pid)) return 'an unknown process'
  const command = commandLineOf(pid)
  return command === undefined ? `PID ${pid}` : `PID ${pid} (${command})`
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch {
    // Aborted: the caller looks at the signal.
  }
}
