import { type Dirent, type Stats, readdirSync, statSync } from 'node:fs'
import { breathe, mustBreathe } from '../../base/breathe.ts'
import { errnoOf, fileProblem } from '../../base/file-problem.ts'
import type { Problem } from '../../base/problem.ts'
import type { IgnoreRules } from '../../project/ignore/ignore-rules.ts'
import { cacheProblems } from '../problems.ts'
import type { FileLook } from './hash-memo.ts'

export interface FoundFile {
  /** Absolute. */
  readonly path: string
  /** Below the directory, with `/`. */
  readonly relpath: string
  /** Of what a link leads to. */
  readonly stats: FileLook
}

/** The files of a directory that DVC sees, in no order: folders behind links are not entered, ignored files and folders
 * are left out, links to files count as files. `onFile` gets each as soon as it is found. */
export async function walkDirectory(
  folder: string,
  ignore: IgnoreRules,
  onFile?: (file: FoundFile) => void,
): Promise<WalkedDirectory> {
  const files: FoundFile[] = []
  const folders: string[] = []
  const problems: Problem[] = []
  const open = [{ folder, prefix: '' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    folders.push(next.folder)
    const isIgnored = ignore.inFolder(next.folder)
    for (const entry of listFolder(next.folder, problems)) {
      if (mustBreathe()) await breathe()
      if (isIgnored(entry.name, entry.isDirectory())) continue
      const path = joinName(next.folder, entry.name)
      const relpath = next.prefix + entry.name
      if (entry.isDirectory()) open.push({ folder: path, prefix: `${relpath}/` })
      else if (entry.name === '.dvcignore') problems.push(cacheProblems.ignoreFileInData(next.folder))
      else addFile(path, relpath)
    }
  }
  return { files, folders, problems }

  function addFile(path: string, relpath: string): void {
    const stats = statOf(path)
    if ('code' in stats) problems.push(stats)
    else if (stats.isFile()) {
      // All else that `stat` says is not kept: there may be millions.
      const { ino, mtimeMs, size } = stats
      const file = { path, relpath, stats: { ino, mtimeMs, size } }
      files.push(file)
      onFile?.(file)
    }
    // A link to a folder is listed by DVC and then not entered, so it vanishes.
    else if (!stats.isDirectory()) problems.push(cacheProblems.specialFile(path))
  }
}

export interface WalkedDirectory {
  readonly files: readonly FoundFile[]
  /** All that were listed, the directory itself first. */
  readonly folders: readonly string[]
  readonly problems: readonly Problem[]
}

// Nothing has to be resolved here.
function joinName(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

function listFolder(folder: string, problems: Problem[]): readonly Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    // Node shows bytes that are not UTF-8 as U+FFFD; whether that stands in the name itself, only the bytes tell.
    if (!entries.some(({ name }) => name.includes('\ufffd'))) return entries
    const strange = readdirSync(folder, { encoding: 'buffer' }).filter(
      (name) => !name.equals(Buffer.from(name.toString())),
    )
    problems.push(...strange.map((name) => cacheProblems.nameNotUtf8(folder, name.toString('latin1'))))
    return strange.length === 0 ? entries : []
  } catch (error) {
    problems.push(problemOf(error))
    return []
  }
}

function statOf(path: string): Stats | Problem {
  try {
    return statSync(path)
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? cacheProblems.linkBroken(path) : problemOf(error)
  }
}

function problemOf(error: unknown): Problem {
  const problem = fileProblem(error)
  if (problem === undefined) throw error
  return problem
}
