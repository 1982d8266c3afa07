import { fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { commandLineOf, FileLocker, isFlocked, isProcessAlive } from '../base/platform.ts'
import { fileProblem } from '../base/file-problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { HeldLock, LockKind } from './lock-kind.ts'

/** DVC's usual lock (its library zc.lockfile): a BSD lock on the file, then our process id as its content, which means
 * nothing. The file is never deleted. */
export const flockKind: LockKind = { tryTake, isHeld: isFlocked, holder: describeHolder }

async function tryTake(file: string): Promise<Result<HeldLock> | 'busy' | 'unavailable'> {
  const opened = openLock(file)
  if (!opened.ok) return opened
  const answer = await opened.value.locker.tryLock()
  if (answer === 'taken' && isStillAt(opened.value, file)) {
    writeHolder(opened.value)
    return ok({ release: () => release(file, opened.value) })
  }
  opened.value.locker.close()
  return answer === 'taken' ? 'busy' : answer
}

interface OpenLock {
  readonly fd: number
  readonly locker: FileLocker
  /** When its file was written last, by us, in ms; undefined: not by us. */
  writtenAt?: number
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
function isStillAt(open: OpenLock, file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.ino === fstatSync(open.fd).ino
}

function writeHolder(open: OpenLock): void {
  try {
    if (fstatSync(open.fd).mtimeMs === open.writtenAt) return // nobody had it since
    writeSync(open.fd, ` ${process.pid}\n`, 0)
    ftruncateSync(open.fd, ` ${process.pid}\n`.length)
    open.writtenAt = fstatSync(open.fd).mtimeMs
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
