import { type Stats, statSync } from 'node:fs'
import { errnoOf, fileProblem } from '../base/file-problem.ts'
import { compareCodePoints } from '../base/order.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { IgnoreRules } from '../project/ignore/ignore-rules.ts'
import type { DirectoryMemo } from './hash/directory-memo.ts'
import { directoryOid } from './hash/directory-object.ts'
import { HashAhead } from './hash/hash-ahead.ts'
import { hashFile, type LocalHashName, type Storing } from './hash/hash-file.ts'
import type { HashMemo } from './hash/hash-memo.ts'
import { filesOf, type FoundFile, type WalkedDirectory, walkDirectory } from './hash/walk-directory.ts'
import type { DirectoryDigest, DirectoryHash, DirectoryMember, FileHash, PathDigest, PathHash } from './hashing.ts'
import { cacheProblems } from './problems.ts'

export interface HashPathOptions {
  readonly hashName: LocalHashName
  readonly ignore: IgnoreRules
  readonly memo: HashMemo
  readonly directories: DirectoryMemo
  /** See `FileHashing`. */
  readonly storing?: Storing | undefined
  readonly signal?: AbortSignal | undefined
}

/** What DVC records of a file or directory (dvc-data, `build.py`): links to files are followed, members that
 * `.dvcignore` hides left out. All problems of a directory come at once. Rejects only when `signal` is aborted. */
export async function hashPath(path: string, options: HashPathOptions): Promise<Result<PathHash>> {
  return await ofPath(path, options, hashDirectory)
}

/** The same without the members of a directory: of one that has not changed, files are only looked at. */
export async function digestPath(path: string, options: HashPathOptions): Promise<Result<PathDigest>> {
  return await ofPath(path, options, digestDirectory)
}

async function ofPath<D extends DirectoryDigest>(
  path: string,
  options: HashPathOptions,
  ofDirectory: (path: string, options: HashPathOptions) => Promise<Result<D>>,
): Promise<Result<FileHash | D>> {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) return await ofDirectory(path, options)
    if (!stats.isFile()) return failed(cacheProblems.specialFile(path))
    const oid = await hashFile(path, stats, options)
    return ok({ kind: 'file', hashName: options.hashName, oid, size: stats.size, isexec: isExecutable(stats) })
  } catch (error) {
    return failed(problemOf(error, path))
  }
}

async function digestDirectory(path: string, options: HashPathOptions): Promise<Result<DirectoryDigest>> {
  const { directories, hashName, ignore } = options
  if (!directories.knows(path, hashName)) return await hashDirectory(path, options)
  // It is most likely as it was, so nothing is read yet.
  const from = Date.now()
  const walked = await walkDirectory(path, ignore)
  if (walked.problems.length > 0) return { ok: false, problems: walked.problems }
  const known = directories.lookup(path, hashName, walked)
  if (known !== undefined) return ok(known)
  const ahead = new HashAhead(options)
  for (const file of filesOf(walked)) ahead.add(file)
  return await hashWalked(path, { walked, ahead, from }, options)
}

async function hashDirectory(path: string, options: HashPathOptions): Promise<Result<DirectoryHash>> {
  const from = Date.now()
  const ahead = new HashAhead(options)
  const walked = await walkDirectory(path, options.ignore, (file) => ahead.add(file))
  if (walked.problems.length > 0) return { ok: false, problems: walked.problems }
  return await hashWalked(path, { walked, ahead, from }, options)
}

async function hashWalked(
  path: string,
  { walked, ahead, from }: { readonly walked: WalkedDirectory; readonly ahead: HashAhead; readonly from: number },
  options: HashPathOptions,
): Promise<Result<DirectoryHash>> {
  const faults: Problem[] = []
  const members = await hashMembers(filesOf(walked), await ahead.finish(), options, faults)
  if (faults.length > 0) return { ok: false, problems: faults }
  const hash = directoryHash(members, options.hashName)
  options.directories.note(path, walked, hash, from)
  return ok(hash)
}

function directoryHash(members: DirectoryMember[], hashName: LocalHashName): DirectoryHash {
  members.sort((a, b) => compareCodePoints(a.relpath, b.relpath))
  const size = members.reduce((sum, member) => sum + member.size, 0)
  return { kind: 'directory', hashName, oid: directoryOid(members), size, nfiles: members.length, members }
}

// Small files are read one after the other, synchronously; large ones wait for the disk, so a few are read at a time.
async function hashMembers(
  files: Iterable<FoundFile>,
  known: readonly (string | undefined)[],
  options: HashPathOptions,
  problems: Problem[],
): Promise<DirectoryMember[]> {
  const members: DirectoryMember[] = []
  const rest = files[Symbol.iterator]()
  let count = 0
  const readers = Array.from({ length: 4 }, async () => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      const { path, relpath, stats } = next.value
      const digest = known[count++]
      options.signal?.throwIfAborted()
      try {
        members.push({ relpath, oid: digest ?? (await hashFile(path, stats, options)), size: stats.size })
      } catch (error) {
        problems.push(problemOf(error, path))
      }
    }
  })
  await Promise.all(readers)
  return members
}

function isExecutable(stats: Stats): boolean {
  return (stats.mode & 0o111) !== 0
}

function problemOf(error: unknown, path: string): Problem {
  if (errnoOf(error) === 'ENOENT') return cacheProblems.pathMissing(path)
  const problem = fileProblem(error)
  if (problem === undefined) throw error
  return problem
}
