import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { breathe, mustBreathe } from '../../base/breathe.ts'
import { isInside } from '../../base/paths.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { DirectoryEntry } from '../hash/directory-object.ts'
import type { PathHash } from '../hashing.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { cacheProblems } from '../problems.ts'
import { type FileLinker, needsRelink } from './link-file.ts'
import { makeExecutable } from './relink.ts'
import { removePath } from './remove-out.ts'

/** What a checkout did to an out, or would have to. */
export type CheckoutChange = 'added' | 'modified' | 'unchanged'

export interface CheckoutTask {
  /** Absolute. */
  readonly path: string
  /** What the out shall be. */
  readonly oid: string
  readonly isexec: boolean
  /** What it is now; `undefined`: nothing is there. */
  readonly current: PathHash | undefined
  readonly store: ObjectStore
  readonly linker: FileLinker
  /** Delete and replace files whose content is not in the cache. */
  readonly force: boolean
  /** Make files anew that have the right content but are of another kind of link. */
  readonly relink: boolean
}

/** Makes a path of the workspace equal to an object (DVC: `repo/checkout.py`, dvc-data `index/checkout.py`): deletes,
 * replaces and creates files, and leaves alone what is right already. Refuses to lose files that are not in the cache
 * unless forced. Throws Node's file errors.
 *
 * If objects are missing, DVC deletes the whole out. So does this, but only if all of it is in the cache.            */
export async function checkOut(task: CheckoutTask): Promise<Result<CheckoutChange>> {
  if (task.current?.oid === task.oid && !task.relink) return ok(finish(task, 'unchanged'))
  const wanted = wantedFiles(task)
  const present = presentFiles(task)
  // Without its listing nobody can say which files of a directory belong to it: all stay.
  if (wanted === undefined) return failed(cacheProblems.objectsMissing(task.path, 1))
  const stale = [...present].filter(([relpath, oid]) => wanted.get(relpath) !== oid)
  const unsaved = stale.filter(([, oid]) => task.store.statOf(oid) === undefined).map(([relpath]) => at(task, relpath))
  if (unsaved.length > 0 && !task.force) return failed(cacheProblems.unsavedFiles(task.path, unsaved))
  const missing = [...wanted].filter(
    ([relpath, oid]) => present.get(relpath) !== oid && task.store.statOf(oid) === undefined,
  )
  if (missing.length > 0) return giveUp(task, present, missing.length)
  return apply(task, wanted, present)
}

// By path below the out; the empty path is a file out itself.
type Files = ReadonlyMap<string, string>

function wantedFiles({ oid, store }: CheckoutTask): Files | undefined {
  if (!oid.endsWith('.dir')) return new Map([['', oid]])
  const entries = store.readDirectory(oid)
  return entries && toFiles(entries)
}

function presentFiles({ current }: CheckoutTask): Files {
  if (current === undefined) return new Map()
  return current.kind === 'file' ? new Map([['', current.oid]]) : toFiles(current.members)
}

function toFiles(entries: readonly DirectoryEntry[]): Files {
  return new Map(entries.map(({ relpath, oid }) => [relpath, oid]))
}

async function giveUp(task: CheckoutTask, present: Files, missing: number): Promise<Result<CheckoutChange>> {
  const isSaved = [...present.values()].every((oid) => task.store.statOf(oid) !== undefined)
  if (isSaved || task.force) await removePath(task.path)
  return failed(cacheProblems.objectsMissing(task.path, missing))
}

async function apply(task: CheckoutTask, wanted: Files, present: Files): Promise<Result<CheckoutChange>> {
  const isNew = task.current === undefined
  let isChanged = isNew
  for (const relpath of present.keys()) {
    if (wanted.has(relpath)) continue
    deleteFile(task, relpath)
    isChanged = true
  }
  // A directory out may have no files; also a file or link may stand where the directory belongs.
  if (!wanted.has('') && !isFolder(task.path)) makeFolder(task.path)
  for (const [relpath, oid] of wanted) {
    if (mustBreathe()) await breathe()
    const isRight = present.get(relpath) === oid
    if (isRight && !(task.relink && needsRelink(at(task, relpath), oid, task.store, task.linker.types))) continue
    const linked = await task.linker.link(at(task, relpath), oid, task.store)
    if (!linked.ok) return linked
    isChanged ||= !isRight
  }
  return ok(finish(task, isNew ? 'added' : isChanged ? 'modified' : 'unchanged'))
}

// The bit is only ever set: DVC's records do not say that a file must not be executable.
function finish({ path, isexec }: CheckoutTask, change: CheckoutChange): CheckoutChange {
  const stats = isexec ? statSync(path) : undefined
  if (stats === undefined || !stats.isFile() || (stats.mode & 0o111) !== 0) return change
  makeExecutable(path)
  return change === 'unchanged' ? 'modified' : change
}

// Folders that it leaves empty go too.
function deleteFile(task: CheckoutTask, relpath: string): void {
  const path = at(task, relpath)
  rmSync(path, { force: true })
  for (let folder = dirname(path); isInside(folder, task.path) && isEmpty(folder); folder = dirname(folder))
    rmdirSync(folder)
}

function isEmpty(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length === 0
}

function at({ path }: CheckoutTask, relpath: string): string {
  return relpath === '' ? path : join(path, relpath)
}

// A link to a folder is one: large outs may live on other disks.
function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

function makeFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) rmSync(path)
  mkdirSync(path, { recursive: true })
}
