import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { formatDuration } from '../base/duration.ts'
import { errnoOf, fileProblem } from '../base/file-problem.ts'
import { commandLineOf, isProcessAlive } from '../base/platform.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { HeldLock, LockKind } from './lock-kind.ts'

/** DVC's lock for file systems without flock, `core.hardlink_lock` (its library flufl.lock, `lock.py::HardlinkLock`): who
 * links a claim file of his own to the lock's name has the lock, as long as that name exists. A process that dies leaves
 * it behind. DVC does not say in it who has it; our claims do, in a second line that DVC does not read, so that we take
 * away what a killed process of ours left.
 *
 * The time of a claim says when it may be taken for forgotten: a year from when it was made. The library breaks such a
 * lock, but only if it finds in it the words that claims have outside of DVC, so DVC itself waits for it in vain. */
export const linkKind: LockKind = {
  tryTake,
  isHeld: (file) => existsSync(file) && !isLeft(file),
  holder: describeHolder,
}

async function tryTake(file: string): Promise<Result<HeldLock> | 'busy' | 'unavailable'> {
  try {
    dropLeft(file)
    if (existsSync(file)) return 'busy'
    const claim = writeClaim(file)
    if (linkTo(claim, file)) return ok({ release: () => release(file, claim) })
    rmSync(claim, { force: true })
    return 'busy'
  } catch (error) {
    if (withoutLinks.has(errnoOf(error) ?? '')) return 'unavailable'
    const problem = fileProblem(error)
    if (problem === undefined) throw error
    return failed(problem)
  }
}

const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

// The name and the time as DVC gives them.
function writeClaim(file: string): string {
  const name = createHash('md5').update(`${file}|${hostname()}|${process.pid}|${randomBytes(8).toString('hex')}`)
  const claim = join(dirname(file), `${name.digest('hex')}.lock`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(claim, `${claim}\n${JSON.stringify(ourselves())}`, { flag: 'wx' })
  const end = Date.now() / 1000 + secondsOfYear
  utimesSync(claim, end, end)
  return claim
}

const secondsOfYear = 365 * 24 * 3600

/** By so much clocks may differ, in ms. */
const clockSlopMs = 10_000

// Over NFS a link may have been made although the answer was lost: then the claim has two names.
function linkTo(claim: string, file: string): boolean {
  try {
    linkSync(claim, file)
    return true
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') rmSync(claim, { force: true })
    if (errnoOf(error) !== 'EEXIST') throw error
    return statSync(claim).nlink === 2
  }
}

async function release(file: string, claim: string): Promise<void> {
  rmSync(file, { force: true })
  rmSync(claim, { force: true })
}

interface Owner {
  readonly host: string
  readonly pid: number
}

function ourselves(): Owner {
  return { host: hostname(), pid: process.pid }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // nobody has it
  }
}

function ownerIn(claim: string): Owner | undefined {
  try {
    return JSON.parse(claim.split('\n')[1] ?? '') as Owner
  } catch {
    return undefined // DVC's
  }
}

// The lock is moved away first: of several who find it dead one succeeds, and what he has moved he looks at again.
function dropLeft(file: string): void {
  if (!isLeft(file)) return
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw error
  }
  if (isLeft(aside)) dropClaim(aside)
  else linkTo(aside, file)
  rmSync(aside, { force: true })
}

// The lock may come from anywhere with a copy of the project: nothing but a claim beside it is deleted.
function dropClaim(lock: string): void {
  const claim = textOf(lock).split('\n')[0]!
  if (dirname(claim) === dirname(lock) && /^[0-9a-f]{32}\.lock$/.test(basename(claim))) rmSync(claim, { force: true })
}

function isLeft(file: string): boolean {
  const end = endOf(file)
  return end !== undefined && (end + clockSlopMs < Date.now() || isLeftByUs(file))
}

// Claims have names of their own: one that is still there after its process was seen dead will not be released any more.
// Looked at only once, it might have been released by a process that ended between two questions.
function isLeftByUs(file: string): boolean {
  const claim = textOf(file)
  const owner = ownerIn(claim)
  return owner !== undefined && owner.host === hostname() && !isProcessAlive(owner.pid) && textOf(file) === claim
}

// In ms.
function endOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}

function describeHolder(file: string): string {
  const owner = ownerIn(textOf(file))
  if (owner === undefined) return `a process that does not say which${ageOf(file)}; if none is running, delete the file`
  const command = owner.host === hostname() ? commandLineOf(owner.pid) : undefined
  const where = owner.host === hostname() ? '' : ` on ${owner.host}`
  return `PID ${owner.pid}${command === undefined ? '' : ` (${command})`}${where}`
}

function ageOf(file: string): string {
  const end = endOf(file)
  return end === undefined ? '' : `, for ${formatDuration(Math.max(0, Date.now() - (end - secondsOfYear * 1000)))}`
}
