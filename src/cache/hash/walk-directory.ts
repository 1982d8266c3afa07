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

/** A folder that was listed. There may be millions of files, so no object stands for one. */
export interface WalkedFolder {
  /** Absolute. */
  readonly path: string
  /** What leads from the directory to it, with `/` at its end; empty for the directory itself. */
  readonly prefix: string
  /** Names of its files. */
  readonly names: readonly string[]
  /** Inode, modification time and size of each, links followed. */
  readonly looks: Float64Array
}

export interface WalkedDirectory {
  /** All that were listed, the directory itself first. */
  readonly folders: readonly WalkedFolder[]
  readonly problems: readonly Problem[]
}

/** The files of a directory that DVC sees, in no order: folders behind links are not entered, ignored files and folders
 * are left out, links to files count as files. `onFile` gets each as soon as it is found. */
export async function walkDirectory(
  directory: string,
  ignore: IgnoreRules,
  onFile?: (file: FoundFile) => void,
): Promise<WalkedDirectory> {
  const folders: WalkedFolder[] = []
  const problems: Problem[] = []
  const open = [{ path: directory, prefix: '' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path: folder, prefix } = next
    const names: string[] = []
    const looks: number[] = []
    const isIgnored = ignore.inFolder(folder)
    for (const entry of listFolder(folder, problems)) {
      if (mustBreathe()) await breathe()
      const { name } = entry
      if (isIgnored(name, entry.isDirectory())) continue
      const path = joinName(folder, name)
      if (entry.isDirectory()) open.push({ path, prefix: `${prefix}${name}/` })
      else if (name === '.dvcignore') problems.push(cacheProblems.ignoreFileInData(folder))
      else {
        const stats = statOf(path, problems)
        if (stats === undefined) continue
        const { ino, mtimeMs, size } = stats
        names.push(name)
        looks.push(ino, mtimeMs, size)
        onFile?.({ path, relpath: prefix + name, stats: { ino, mtimeMs, size } })
      }
    }
    folders.push({ path: folder, prefix, names, looks: new Float64Array(looks) })
  }
  return { folders, problems }
}

/** The files one by one, in the order in which they were found. */
export function* filesOf({ folders }: WalkedDirectory): Generator<FoundFile> {
  for (const { path, prefix, names, looks } of folders)
    for (const [index, name] of names.entries())
      yield { path: joinName(path, name), relpath: prefix + name, stats: lookAt(looks, index) }
}

function lookAt(looks: Float64Array, index: number): FileLook {
  const at = 3 * index
  return { ino: looks[at]!, mtimeMs: looks[at + 1]!, size: looks[at + 2]! }
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

// A link to a folder is listed by DVC and then not entered, so it vanishes.
function statOf(path: string, problems: Problem[]): Stats | undefined {
  try {
    const stats = statSync(path)
    if (stats.isFile()) return stats
    if (!stats.isDirectory()) problems.push(cacheProblems.specialFile(path))
  } catch (error) {
    problems.push(errnoOf(error) === 'ENOENT' ? cacheProblems.linkBroken(path) : problemOf(error))
  }
  return undefined
}

function problemOf(error: unknown): Problem {
  const problem = fileProblem(error)
  if (problem === undefined) throw error
  return problem
}
