import { type Stats, closeSync, lstatSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileProblem } from '../base/file-problem.ts'
import { relativeTo } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { listRefs, remoteRevision } from '../git/remote-revision.ts'
import type { DvcConfig } from '../project/dvc-config.ts'
import type { IgnoreRules } from '../project/ignore/ignore-rules.ts'
import type { HashName, ItemRecord } from '../project/record.ts'
import type { LocalHashName } from './hash/hash-file.ts'
import { DirectoryMemo } from './hash/directory-memo.ts'
import { HashMemo } from './hash/hash-memo.ts'
import { isText } from './hash/is-text.ts'
import { filesOf, walkDirectory } from './hash/walk-directory.ts'
import { digestPath, hashPath, type HashPathOptions } from './hash-path.ts'
import type { PathDigest, PathHash } from './hashing.ts'
import { cacheModes } from './objects/modes.ts'
import { isOid, ObjectStore } from './objects/object-store.ts'
import { type CheckoutChange, type CheckoutTask, checkOut, findUnsaved } from './outs/check-out.ts'
import { type Confines, refuseOutside } from './outs/confine.ts'
import { FileLinker } from './outs/link-file.ts'
import { relink } from './outs/relink.ts'
import { removePath } from './outs/remove-out.ts'
import { unprotectPath } from './outs/unprotect-path.ts'
import { cacheProblems, inProject } from './problems.ts'
import { RunCache } from './run-cache.ts'
import { lookAtWeb, type WebData } from './web/web-data.ts'

/** Opens the files and the cache of the project at `root`, an absolute path. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  return new Workspace(options, new HashMemo(options.root), new DirectoryMemo(options.root))
}

export interface WorkspaceOptions {
  readonly root: string
  readonly config: DvcConfig
  readonly ignore: IgnoreRules
  /** Outs outside the project may be changed and deleted. @default false */
  readonly allowOutside?: boolean
}

/** The part of an out that storing it needs. */
export interface StoredOut {
  /** Absolute. */
  readonly target: string
  /** False: it belongs to git and is stored only for the run cache, so its files stay the project's own. */
  readonly cache: boolean
}

export interface CheckoutOptions {
  /** Plain copies whatever `cache.type` says: outs that git tracks. */
  readonly copy?: boolean
  /** Delete and replace files whose content is not in the cache. */
  readonly force?: boolean
  /** Make right files anew that are of another kind of link. */
  readonly relink?: boolean
}

/** A project's files and its cache, together: what is there, what it hashes to, and moving outs between the two. Paths
 * are absolute. Failures of the file system come back as problems; nothing outside the project is changed or deleted
 * unless the options say so. */
export class Workspace implements AsyncDisposable {
  readonly root: string
  readonly config: DvcConfig
  readonly ignore: IgnoreRules
  readonly runCache: RunCache
  readonly #memo: HashMemo
  readonly #directories: DirectoryMemo
  readonly #refs = new Map<string, ReturnType<typeof listRefs>>()
  readonly #web = new Map<string, Promise<Result<WebData | undefined>>>()
  readonly #stores: Readonly<Record<LocalHashName, ObjectStore>>
  readonly #linker: FileLinker
  readonly #copier: FileLinker
  readonly #confines: Confines

  constructor(
    { root, config, ignore, allowOutside = false }: WorkspaceOptions,
    memo: HashMemo,
    directories: DirectoryMemo,
  ) {
    this.root = root
    this.#confines = { root, cacheDir: config.cacheDir, allowOutside }
    this.config = config
    this.ignore = ignore
    this.#memo = memo
    this.#directories = directories
    const modes = cacheModes(config.cacheShared)
    // DVC 2.x objects stand in the cache folder itself.
    this.#stores = {
      md5: new ObjectStore({ folder: join(config.cacheDir, 'files/md5'), hashName: 'md5', modes, memo }),
      'md5-dos2unix': new ObjectStore({ folder: config.cacheDir, hashName: 'md5-dos2unix', modes, memo }),
    }
    this.runCache = new RunCache({ folder: join(config.cacheDir, 'runs'), root, modes })
    this.#linker = new FileLinker(config.cacheTypes, memo)
    this.#copier = new FileLinker(['copy'], memo)
  }

  /** The objects of one kind of hash. */
  store(hashName: LocalHashName): ObjectStore {
    return this.#stores[hashName]
  }

  /** Links count as they are, broken or not. An out that `.dvcignore` hides does not exist; a dep may be hidden. */
  exists(path: string, as: 'dep' | 'out'): boolean {
    const stats = statIfThere(path, lstatSync)
    return stats !== undefined && (as === 'dep' || !this.#isHidden(path, stats))
  }

  // A directory that is a DVC project of its own is ignored when walking, but as an out it exists (`output.py::exists`).
  #isHidden(path: string, stats: Stats): boolean {
    const followed = stats.isSymbolicLink() ? statIfThere(path, statSync) : stats
    const isDirectory = followed?.isDirectory() ?? false
    return this.ignore.isIgnored(path, isDirectory) && this.ignore.explain(path)?.startsWith('in sub_repo:') !== true
  }

  /** Why the path may not be changed or deleted, see `refuseOutside`; `undefined`: it may. */
  refuse(path: string): Problem | undefined {
    const refusal = refuseOutside(path, this.#confines)
    const shown = refusal && this.#shown(failed(refusal))
    return shown?.ok === false ? shown.problems[0] : undefined
  }

  /** True if a file does not look like text (DVC's guess). Throws Node's file errors. */
  isBinaryFile(path: string): boolean {
    if (!statSync(path).isFile()) return false
    const fd = openSync(path, 'r')
    try {
      const head = Buffer.alloc(512)
      return !isText(head.subarray(0, readSync(fd, head)))
    } finally {
      closeSync(fd)
    }
  }

  /** What DVC would record of the path as it is now, with the members of a directory. */
  async hash(path: string, hashName: LocalHashName, signal?: AbortSignal): Promise<Result<PathHash>> {
    return inProject(this.root, await hashPath(path, this.#hashing(hashName, signal)))
  }

  /** As `hash`, of an out that `storeOut` gets next: of many small files one reading serves both. */
  async hashToStore(out: StoredOut, hashName: LocalHashName): Promise<Result<PathHash>> {
    const storing = this.#mayHardlink(out) ? undefined : this.#stores[hashName].storing
    return inProject(this.root, await hashPath(out.target, { ...this.#hashing(hashName), storing }))
  }

  /** The same without the members of a directory, which takes much less for one that has not changed. */
  async digest(path: string, hashName: LocalHashName): Promise<Result<PathDigest>> {
    return inProject(this.root, await digestPath(path, this.#hashing(hashName)))
  }

  #hashing(hashName: LocalHashName, signal?: AbortSignal): HashPathOptions {
    return { hashName, ignore: this.ignore, memo: this.#memo, directories: this.#directories, signal }
  }

  /** What a server says of a file; `undefined`: there is none. Asked once for each URL, so keep no workspace for long. */
  lookAtUrl(url: string, signal?: AbortSignal): Promise<Result<WebData | undefined>> {
    const asked = this.#web.get(url) ?? lookAtWeb(url, signal)
    this.#web.set(url, asked)
    return asked
  }

  /** The commit that another repository's revision is now; see `remoteRevision`. A repository is asked
   * once. */
  revisionOf(repo: {
    readonly url: string
    readonly rev: string | undefined
    readonly known: string | undefined
  }): Promise<Result<string>> {
    return remoteRevision(this.root, repo, (root, url) => {
      const asked = this.#refs.get(url) ?? listRefs(root, url)
      this.#refs.set(url, asked)
      return asked
    })
  }

  /** True if the object, and of a directory all its members, are in the cache and sound. Throws Node's file errors. */
  async isCached(hashName: HashName, oid: string): Promise<boolean> {
    return isLocal(hashName) && (await this.#stores[hashName].hasAll(oid))
  }

  /** The path itself, and if it is a folder everything in it that hashing looks at. */
  async treeOf(path: string): Promise<readonly string[]> {
    if (statIfThere(path, statSync)?.isDirectory() !== true) return [path]
    const walked = await walkDirectory(path, this.ignore)
    return [...walked.folders.map((folder) => folder.path), ...Array.from(filesOf(walked), (file) => file.path)]
  }

  /** The files in the cache that `isCached` looks at; empty for what cannot be there. */
  objectsOf(hashName: HashName, oid: string): readonly string[] {
    if (!isLocal(hashName) || !isOid(oid)) return []
    const store = this.#stores[hashName]
    const members = oid.endsWith('.dir') ? (store.readDirectory(oid) ?? []) : []
    return [store.pathOf(oid), ...members.map((member) => store.pathOf(member.oid))]
  }

  /** Stores what was hashed as `hash`; the workspace stays as it is, unless hard links are wanted: then the files of a
   * cached out become the objects. Needs no lock: objects are only ever added. */
  async storeOut(out: StoredOut, hash: PathHash): Promise<Result<void>> {
    return this.#guard(() => this.#storeOf(hash).add(out.target, hash, { hardlink: this.#mayHardlink(out) }))
  }

  /** Stores an out and gives it the form that `cache.type` asks for, as DVC's commit does; see `relink`. An out that is
   * not cached becomes plain files: DVC stores it only for the run cache. */
  async commitOut(out: StoredOut, hash: PathHash): Promise<Result<void>> {
    return this.#change(out.target, async () => {
      const stored = await this.storeOut(out, hash)
      return stored.ok ? await relink(out.target, hash, this.#storeOf(hash), this.#linkerFor(out)) : stored
    })
  }

  /** Makes a path equal to what is recorded; see `checkOut`. */
  async checkoutOut(path: string, item: ItemRecord, options: CheckoutOptions = {}): Promise<Result<CheckoutChange>> {
    if (this.refuse(path) !== undefined && (await this.#isAsRecorded(path, item))) return ok('unchanged')
    return this.#change(path, async () => {
      const task = await this.#checkoutTask(path, item, options)
      return task.ok ? await checkOut(task.value) : task
    })
  }

  /** The files that a checkout would lose unless forced, relative to the root; lets a caller ask about several outs
   * before it touches one, as DVC does. */
  async findUnsaved(path: string, item: ItemRecord): Promise<Result<readonly string[]>> {
    return this.#guard(async () => {
      const task = await this.#checkoutTask(path, item, {})
      return task.ok ? ok(findUnsaved(task.value).map((file) => relativeTo(this.root, file))) : task
    })
  }

  async #isAsRecorded(path: string, { hash, hashName }: ItemRecord): Promise<boolean> {
    if (hash === undefined || !isLocal(hashName) || !this.exists(path, 'out')) return false
    const now = await this.digest(path, hashName)
    return now.ok && now.value.oid === hash
  }

  async #checkoutTask(path: string, item: ItemRecord, options: CheckoutOptions): Promise<Result<CheckoutTask>> {
    const { hash: oid, hashName, isexec } = item
    if (oid === undefined || !isLocal(hashName) || !isOid(oid)) return failed(cacheProblems.nothingRecorded(path))
    let current = this.exists(path, 'dep') ? await this.hash(path, hashName) : ok(undefined)
    if (!current.ok && options.force === true) {
      // What cannot even be hashed, such as a broken link, has nothing worth comparing.
      await removePath(path)
      current = ok(undefined)
    }
    if (!current.ok) return current
    return ok({
      path,
      oid,
      isexec,
      current: current.value,
      store: this.#stores[hashName],
      linker: options.copy === true ? this.#copier : this.#linker,
      ignore: this.ignore,
      force: options.force ?? false,
      relink: options.relink ?? false,
      refuse: (place) => refuseOutside(place, this.#confines),
    })
  }

  /** Deletes an out before its stage runs; see `removePath`. */
  async removeOut(path: string): Promise<Result<void>> {
    return this.#change(path, async () => ok(await removePath(path)))
  }

  /** Makes a persisted out safe to write to; see `unprotectPath`. */
  async unprotect(path: string): Promise<Result<void>> {
    return this.#change(path, async () => ok(await unprotectPath(path, this.#stores.md5.modes.file)))
  }

  /** Keeps what was learnt about files for the next command. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#memo.save()
    this.#directories.save()
  }

  #mayHardlink(out: StoredOut): boolean {
    return this.#linkerFor(out).types[0] === 'hardlink'
  }

  #linkerFor({ cache }: StoredOut): FileLinker {
    return cache ? this.#linker : this.#copier
  }

  #storeOf({ hashName }: PathHash): ObjectStore {
    if (!isLocal(hashName)) throw new Error(`Internal error: no objects by ${hashName}`)
    return this.#stores[hashName]
  }

  async #change<T>(path: string, body: () => Promise<Result<T>>): Promise<Result<T>> {
    const refusal = this.refuse(path)
    return refusal === undefined ? this.#guard(body) : failed(refusal)
  }

  // File errors become problems that name a path.
  async #guard<T>(body: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return this.#shown(await body())
    } catch (error) {
      const problem: Problem | undefined = fileProblem(error)
      if (problem === undefined) throw error
      return failed(problem)
    }
  }

  #shown<T>(result: Result<T>): Result<T> {
    return inProject(this.root, result)
  }
}

function isLocal(hashName: HashName): hashName is LocalHashName {
  return hashName === 'md5' || hashName === 'md5-dos2unix'
}

// A path through a file does not exist, nor what a link in a circle leads to.
function statIfThere(path: string, look: typeof statSync): Stats | undefined {
  try {
    return look(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
