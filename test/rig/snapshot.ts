import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'

/** All that a run leaves behind and DVC could tell apart. Paths are relative to the project (objects and runs: to the
 * cache), with `/`. */
export interface Snapshot {
  /** dvc.lock files: text. */
  readonly locks: Readonly<Record<string, string>>
  /** .gitignore files: text. */
  readonly ignores: Readonly<Record<string, string>>
  /** .dvc files: text. */
  readonly dataFiles: Readonly<Record<string, string>>
  /** Objects of the cache and their folders: `mode`, for files `mode md5`. */
  readonly objects: Readonly<Record<string, string>>
  /** Entries of the run cache: `mode`, newline, text. */
  readonly runs: Readonly<Record<string, string>>
  /** Everything else in the workspace: `mode md5`, `mode` for folders, `-> target` for links. */
  readonly files: Readonly<Record<string, string>>
}

/** `cache`: the cache's folder, relative to the project or absolute. `others`: what else is nobody's business here. */
export async function takeSnapshot(root: string, cache: string, others: readonly string[] = []): Promise<Snapshot> {
  const snapshot = { locks: {}, ignores: {}, dataFiles: {}, objects: {}, runs: {}, files: {} }
  // What another program keeps for itself: git, DVC's scratch folder, our own.
  const hidden = new Set(['.git', '.dvc/tmp', '.restage', '.dvc/.gitignore', '.dvc/config', cache, ...others])
  await walk(root, hidden, async (path) => {
    if (basename(path) === 'dvc.lock') set(snapshot.locks, path, await readFile(join(root, path), 'utf8'))
    else if (basename(path) === '.gitignore') set(snapshot.ignores, path, await readFile(join(root, path), 'utf8'))
    else if (/.\.dvc$/.test(basename(path))) set(snapshot.dataFiles, path, await readFile(join(root, path), 'utf8'))
    else set(snapshot.files, path, await describe(root, path))
  })
  await walk(resolve(root, cache), new Set(['fs']), async (path) => {
    if (!path.startsWith('runs/')) set(snapshot.objects, path, await describe(resolve(root, cache), path))
    else set(snapshot.runs, path, await describeRun(resolve(root, cache), path))
  })
  return snapshot
}

function set(record: Record<string, string>, path: string, text: string): void {
  record[path] = text
}

async function walk(
  root: string,
  hidden: ReadonlySet<string>,
  visit: (path: string) => Promise<void>,
  folder = '',
): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (hidden.has(path)) continue
    await visit(path)
    if (entry.isDirectory()) await walk(root, hidden, visit, path)
  }
}

async function describe(root: string, path: string): Promise<string> {
  const stats = await lstat(join(root, path))
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0')
  if (stats.isSymbolicLink()) return `-> ${relative(root, await readlink(join(root, path)))}`
  if (stats.isDirectory()) return mode
  return `${mode} ${createHash('md5')
    .update(await readFile(join(root, path)))
    .digest('hex')}`
}

async function describeRun(cache: string, path: string): Promise<string> {
  const described = await describe(cache, path)
  return described.includes(' ') ? `${described.slice(0, 4)}\n${await readFile(join(cache, path), 'utf8')}` : described
}
