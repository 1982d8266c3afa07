import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
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
    return namesOf(claim) === 2
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

// Of several who find it dead, he who gets hold of its claim deletes it: claims have names of their own, so nobody can
// delete the lock of somebody who took it in the meantime. One who was killed over that left the claim under his own name.
function dropLeft(file: string): void {
  if (!isLeft(file)) return
  const claim = claimBeside(file)
  const own = `${claim}.${process.pid}`
  if (claim === undefined || ![claim, ...keptClaims(claim)].some((kept) => wasRenamed(kept, own))) dropAlone(file)
  else {
    rmSync(file, { force: true })
    rmSync(own, { force: true })
  }
}

// Behind a lock that somebody has stands a claim, so that it has two names. One of which somebody has deleted the claim is
// moved away and looked at once more.
function dropAlone(file: string): void {
  const aside = `${file}.${process.pid}`
  if (namesOf(file) !== 1 || !wasRenamed(file, aside)) return
  if (namesOf(aside) !== 1) linkTo(aside, file)
  rmSync(aside, { force: true })
}

function namesOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.nlink
}

// The lock may come from anywhere with a copy of the project: nothing but a claim beside it is touched.
function claimBeside(lock: string): string | undefined {
  const name = basename(textOf(lock).split('\n')[0]!)
  return /^[0-9a-f]{32}\.lock$/.test(name) ? join(dirname(lock), name) : undefined
}

function keptClaims(claim: string): readonly string[] {
  return readdirSync(dirname(claim))
    .filter((name) => name.startsWith(`${basename(claim)}.`) && !isProcessAlive(Number(extname(name).slice(1))))
    .map((name) => join(dirname(claim), name))
}

function wasRenamed(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
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
