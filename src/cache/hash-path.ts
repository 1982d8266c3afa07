import { createHash } from 'node:crypto'
import { type Stats, statSync } from 'node:fs'
import { errnoOf, fileProblem } from '../base/file-problem.ts'
import { compareCodePoints } from '../base/order.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { IgnoreRules } from '../project/ignore/ignore-rules.ts'
import { directoryObjectText } from './hash/directory-object.ts'
import { HashAhead } from './hash/hash-ahead.ts'
import { hashFile, type LocalHashName } from './hash/hash-file.ts'
import type { HashMemo } from './hash/hash-memo.ts'
import { type FoundFile, walkDirectory } from './hash/walk-directory.ts'
import type { DirectoryHash, DirectoryMember, PathHash } from './hashing.ts'
import { cacheProblems } from './problems.ts'

export interface HashPathOptions {
  readonly hashName: LocalHashName
  readonly ignore: IgnoreRules
  readonly memo: HashMemo
  readonly signal?: AbortSignal | undefined
}

/** What DVC records of a file or directory (dvc-data, `build.py`): links to files are followed, members that
 * `.dvcignore` hides left out. All problems of a directory come at once. Rejects only when `signal` is aborted. */
export async function hashPath(path: string, options: HashPathOptions): Promise<Result<PathHash>> {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) return await hashDirectory(path, options)
    if (!stats.isFile()) return failed(cacheProblems.specialFile(path))
    const oid = await hashFile(path, stats, options)
    return ok({ kind: 'file', hashName: options.hashName, oid, size: stats.size, isexec: isExecutable(stats) })
  } catch (error) {
    return failed(problemOf(error, path))
  }
}

async function hashDirectory(path: string, options: HashPathOptions): Promise<Result<PathHash>> {
  const ahead = new HashAhead(options)
  const { files, problems } = await walkDirectory(path, options.ignore, (file) => ahead.add(file))
  if (problems.length > 0) return { ok: false, problems }
  const faults: Problem[] = []
  const members = await hashMembers(files, await ahead.finish(), options, faults)
  return faults.length > 0 ? { ok: false, problems: faults } : ok(directoryHash(members, options.hashName))
}

function directoryHash(members: readonly DirectoryMember[], hashName: LocalHashName): DirectoryHash {
  const sorted = members.toSorted((a, b) => compareCodePoints(a.relpath, b.relpath))
  const digest = createHash('md5').update(directoryObjectText(sorted)).digest('hex')
  const size = sorted.reduce((sum, member) => sum + member.size, 0)
  return { kind: 'directory', hashName, oid: `${digest}.dir`, size, members: sorted }
}

// Small files are read one after the other, synchronously; large ones wait for the disk, so a few are read at a time.
async function hashMembers(
  files: readonly FoundFile[],
  known: readonly (string | undefined)[],
  options: HashPathOptions,
  problems: Problem[],
): Promise<DirectoryMember[]> {
  const members: DirectoryMember[] = []
  const rest = files.entries()
  const readers = Array.from({ length: 4 }, async () => {
    for (const [index, { path, relpath, stats }] of rest) {
      options.signal?.throwIfAborted()
      try {
        members.push({ relpath, oid: known[index] ?? (await hashFile(path, stats, options)), size: stats.size })
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
