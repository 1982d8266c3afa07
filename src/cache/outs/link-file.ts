import {
  type Stats,
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { copyContent } from '../../base/copy-content.ts'
import { errnoOf, fileProblem } from '../../base/file-problem.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import { unreachable } from '../../base/unreachable.ts'
import type { LinkType } from '../../project/dvc-config.ts'
import type { HashMemo } from '../hash/hash-memo.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { seal } from '../objects/seal.ts'
import { temporaryBeside } from '../../base/temporary.ts'
import { cacheProblems } from '../problems.ts'
import { removePath } from './remove-out.ts'

/** Makes files of the workspace from objects, by the first of the link types that works here. */
export class FileLinker {
  readonly #types: readonly LinkType[]
  readonly #memo: HashMemo
  /** By device: what has turned out not to work there. */
  readonly #unusable = new Map<number, Set<LinkType>>()

  constructor(types: readonly LinkType[], memo: HashMemo) {
    this.#types = types
    this.#memo = memo
  }

  get types(): readonly LinkType[] {
    return this.#types
  }

  /** The first type of those that work on a device, as far as that is known. */
  firstType(device: number): LinkType | undefined {
    const unusable = this.#unusable.get(device)
    return this.#types.find((type) => unusable?.has(type) !== true)
  }

  /** Replaces whatever stands at `path` by a file, or link, with the object's content, in one step (a folder is removed
   * first). Throws Node's file errors, also when the object is missing. */
  async link(path: string, oid: string, store: ObjectStore): Promise<Result<void>> {
    const device = deviceOf(dirname(path))
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) await removePath(path)
    const object = store.statOf(oid)
    for (const type of this.#types) {
      if (object === undefined || this.#unusable.get(device)?.has(type)) continue
      if (await this.#tryType(type, { path, oid, object, store, device })) return ok(undefined)
    }
    return failed(
      object === undefined ? cacheProblems.objectsMissing(path, 1) : cacheProblems.linkImpossible(path, this.#types),
    )
  }

  /** As `link`, in a folder that is there and lies on `device`, for a path where nothing is known to stand, and an object that
   * is there. Makes the file under its own name, which nobody sees half done. False: nothing was made, `link` has to see
   * to it. */
  linkNew(path: string, oid: string, store: ObjectStore, device: number): boolean {
    const type = this.firstType(device)
    if ((type !== 'hardlink' || oid === emptyDigest) && type !== 'symlink') return false
    try {
      const source = store.pathOf(oid)
      if (type === 'hardlink') linkSync(source, path)
      else symlinkSync(source, path)
      return true
    } catch (error) {
      if (fileProblem(error) === undefined) throw error
      return false
    }
  }

  async #tryType(type: LinkType, task: LinkTask): Promise<boolean> {
    const { path, oid, store } = task
    const temporary = temporaryBeside(path)
    try {
      await make(type, temporary, task)
      const own = type === 'copy' || type === 'reflink' ? seal(temporary) : undefined
      renameSync(temporary, path)
      if (own !== undefined) this.#memo.note(path, own, store.hashName, oid, 'sealed')
      // Renaming a hard link onto another one to the same file leaves both.
      else rmSync(temporary, { force: true })
      return true
    } catch (error) {
      rmSync(temporary, { force: true })
      if (type === 'copy' || !means(error, cannotHere)) throw error
      // Too many links is this object's trouble, anything else the file system's.
      if (errnoOf(error) !== 'EMLINK') this.#forget(type, task.device)
      return false
    }
  }

  #forget(type: LinkType, device: number): void {
    const types = this.#unusable.get(device) ?? new Set()
    this.#unusable.set(device, types.add(type))
  }
}

interface LinkTask {
  readonly path: string
  readonly oid: string
  readonly object: Stats
  readonly store: ObjectStore
  readonly device: number
}

function deviceOf(folder: string): number {
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats !== undefined) return stats.dev
  mkdirSync(folder, { recursive: true })
  return statSync(folder).dev
}

async function make(type: LinkType, temporary: string, { oid, object, store }: LinkTask): Promise<void> {
  const source = store.pathOf(oid)
  switch (type) {
    case 'reflink':
      copyFileSync(source, temporary, constants.COPYFILE_FICLONE_FORCE)
      return chmodSync(temporary, store.modes.copy)
    case 'copy':
      await copyContent(source, temporary, object.size)
      return chmodSync(temporary, store.modes.copy)
    case 'hardlink':
      // Never to an empty file, of which there may be more than a file system allows links to one.
      return object.size === 0 ? writeFileSync(temporary, '', { flag: 'wx' }) : linkSync(source, temporary)
    case 'symlink':
      return symlinkSync(source, temporary)
    default:
      return unreachable(type)
  }
}

/** The MD5 of nothing. */
const emptyDigest = 'd41d8cd98f00b204e9800998ecf8427e'

// DVC: dvc-objects, `fs/generic.py::_try_links`.
const cannotHere = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'ENOTTY', 'ENOSYS', 'EINVAL', 'EAGAIN', 'EMLINK']

function means(error: unknown, errnos: readonly string[]): boolean {
  return errnos.includes(errnoOf(error) ?? '')
}

/** True if a file of an out is not of a kind that the link types ask for (dvc-data, `checkout.py::_needs_relink`). */
export function needsRelink(path: string, oid: string, store: ObjectStore, types: readonly LinkType[]): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return true
  const isSymlink = stats.isSymbolicLink()
  const isHardlink = !isSymlink && stats.nlink > 1
  for (const type of types) {
    if ((type === 'copy' || type === 'reflink') && !isSymlink && !isHardlink) return false
    if (type === 'hardlink' && isHardlink) return stats.ino !== store.statOf(oid)?.ino
    if (type === 'symlink' && isSymlink) return readlinkSync(path) !== store.pathOf(oid)
  }
  return true
}

/** True if a file is neither a symbolic link nor one of several names of a file. */
export function isPlainFile(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats !== undefined && stats.isFile() && stats.nlink === 1
}
