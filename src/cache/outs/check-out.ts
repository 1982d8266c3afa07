import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { breathe, mustBreathe } from '../../base/breathe.ts'
import { existsAsLink, isDirectory } from '../../base/file-kind.ts'
import type { Problem } from '../../base/problem.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { IgnoreRules } from '../../project/ignore/ignore-rules.ts'
import type { DirectoryEntry } from '../hash/directory-object.ts'
import type { PathHash } from '../hashing.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { cacheProblems } from '../problems.ts'
import { type FileLinker, needsRelink } from './link-file.ts'
import { OutFolders, refuseFolders } from './out-folders.ts'
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
  readonly ignore: IgnoreRules
  /** Delete and replace files whose content is not in the cache. */
  readonly force: boolean
  /** Make files anew that have the right content but are of another kind of link. */
  readonly relink: boolean
  /** Why nothing may be made at a path, see `refuseOutside`; asked of links in the out that lead to folders. */
  readonly refuse: (path: string) => Problem | undefined
}

/** Makes a path of the workspace equal to an object (DVC: `repo/checkout.py`, dvc-data `index/checkout.py`): deletes,
 * replaces and creates files, and leaves alone what is right already. Refuses to lose files that are not in the cache
 * unless forced. Throws Node's file errors.
 *
 * If objects are missing, DVC deletes the whole out. So does this, but only if all of it is in the cache.            */
export async function checkOut(task: CheckoutTask): Promise<Result<CheckoutChange>> {
  if (task.current?.oid === task.oid && !task.relink) return ok(finish(task, false))
  const wanted = wantedFiles(task)
  const present = presentFiles(task)
  // Without its listing nobody can say which files of a directory belong to it: all stay.
  if (wanted === undefined) return failed(cacheProblems.objectsMissing(task.path, 1))
  const unsaved = unsavedFiles(task, wanted, present)
  if (unsaved.length > 0 && !task.force) return failed(cacheProblems.unsavedFiles(task.path, unsaved))
  const wrong = wanted.filter(({ relpath, oid }) => present.get(relpath) !== oid)
  const isStored = task.store.presence(wrong.length)
  const missing = wrong.filter(({ oid }) => !isStored(oid))
  if (missing.length > 0) return giveUp(task, present, missing.length)
  const refusal = refuseFolders(foldersOf(task, wrong), task.path, task.refuse)
  return refusal === undefined ? await apply(task, wanted, present) : failed(refusal)
}

/** The files that a checkout would lose: those it deletes or replaces whose content is not in the cache. Absolute. */
export function findUnsaved(task: CheckoutTask): readonly string[] {
  if (task.current === undefined) return []
  const wanted = wantedFiles(task)
  return wanted === undefined ? [] : unsavedFiles(task, wanted, presentFiles(task))
}

function unsavedFiles(task: CheckoutTask, wanted: readonly DirectoryEntry[], present: Files): readonly string[] {
  if (present.size === 0) return []
  const right = toFiles(wanted)
  const isStored = task.store.presence(present.size)
  const lost = [...present].filter(([relpath, oid]) => right.get(relpath) !== oid && !isStored(oid))
  return lost.map(([relpath]) => at(task, relpath))
}

// By path below the out; the empty path is a file out itself.
type Files = ReadonlyMap<string, string>

function wantedFiles({ oid, store }: CheckoutTask): readonly DirectoryEntry[] | undefined {
  return oid.endsWith('.dir') ? store.readDirectory(oid) : [{ relpath: '', oid }]
}

function presentFiles({ current }: CheckoutTask): Files {
  if (current === undefined) return new Map()
  return current.kind === 'file' ? new Map([['', current.oid]]) : toFiles(current.members)
}

function toFiles(entries: readonly DirectoryEntry[]): Files {
  return new Map(entries.map(({ relpath, oid }) => [relpath, oid]))
}

function foldersOf(task: CheckoutTask, files: readonly DirectoryEntry[]): ReadonlySet<string> {
  return new Set(files.map(({ relpath }) => dirname(at(task, relpath))))
}

async function giveUp(task: CheckoutTask, present: Files, missing: number): Promise<Result<CheckoutChange>> {
  const isStored = task.store.presence(present.size)
  const isSaved = [...present.values()].every(isStored)
  if (isSaved || task.force) await removePath(task.path)
  return failed(cacheProblems.objectsMissing(task.path, missing))
}

async function apply(
  task: CheckoutTask,
  wanted: readonly DirectoryEntry[],
  present: Files,
): Promise<Result<CheckoutChange>> {
  const isNew = !existsAsLink(task.path)
  const hasSurplus = removeSurplus(task, wanted, present)
  // A directory out may have no files; also a file or link may stand where the directory belongs. A link to a folder is
  // one: large outs may live on other disks.
  if (isOfDirectory(task) && !isDirectory(task.path)) makeFolder(task.path)
  const folders = new OutFolders(task.path)
  let isChanged = hasSurplus
  for (const { relpath, oid } of wanted) {
    if (mustBreathe()) await breathe()
    const now = present.get(relpath)
    if (now === oid && !(task.relink && mustRelink(task, relpath, oid))) continue
    isChanged ||= now !== oid
    const path = at(task, relpath)
    const isFree = now === undefined && relpath !== ''
    if (isFree && task.linker.linkNew(path, oid, task.store, folders.enter(dirname(path)))) continue
    const linked = await task.linker.link(path, oid, task.store)
    if (!linked.ok) return linked
  }
  // What was just made has no empty folders.
  if (isNew && isOfDirectory(task)) return ok('added')
  return ok(finish(task, isChanged))
}

// True if there was any.
function removeSurplus(task: CheckoutTask, wanted: readonly DirectoryEntry[], present: Files): boolean {
  if (present.size === 0) return false
  const kept = new Set(wanted.map(({ relpath }) => relpath))
  const surplus = [...present.keys()].filter((relpath) => !kept.has(relpath))
  for (const relpath of surplus) rmSync(at(task, relpath), { force: true })
  return surplus.length > 0
}

// DVC sees a wrong execute bit first, and then mends only that.
function mustRelink(task: CheckoutTask, relpath: string, oid: string): boolean {
  const path = at(task, relpath)
  return isExecutable(path) === (relpath === '' && task.isexec) && needsRelink(path, oid, task.store, task.linker.types)
}

// The execute bit is only ever set: DVC's records do not say that a file must not be executable.
function finish(task: CheckoutTask, isChanged: boolean): CheckoutChange {
  const lacksBit = task.isexec && statSync(task.path).isFile() && !isExecutable(task.path)
  if (lacksBit) makeExecutable(task.path)
  const tidied = isDirectory(task.path) && removeEmptyFolders(task.path, task.ignore)
  if (task.current === undefined) return 'added'
  return isChanged || lacksBit || tidied ? 'modified' : 'unchanged'
}

function isExecutable(path: string): boolean {
  return (statSync(path).mode & 0o111) !== 0
}

// Folders without files are no part of an out. True if there were any.
function removeEmptyFolders(folder: string, ignore: IgnoreRules): boolean {
  let found = false
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory() || ignore.isIgnored(path, true)) continue
    found = removeEmptyFolders(path, ignore) || found
    if (readdirSync(path).length > 0) continue
    rmdirSync(path)
    found = true
  }
  return found
}

function at({ path }: CheckoutTask, relpath: string): string {
  return relpath === '' ? path : `${path}/${relpath}`
}

function isOfDirectory({ oid }: CheckoutTask): boolean {
  return oid.endsWith('.dir')
}

function makeFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) rmSync(path)
  mkdirSync(path, { recursive: true })
}
