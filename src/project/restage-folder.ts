import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { existsAsLink } from '../base/file-kind.ts'
import { writeAtomic } from '../base/write-atomic.ts'

/** Makes a folder below `.restage/`, where everything stands that is not the project's own, and returns its path. The folder
 * ignores itself, so `git status` stays clean. Throws Node's file errors. */
export function makeRestageFolder(root: string, ...path: readonly string[]): string {
  const home = join(root, '.restage')
  const folder = join(home, ...path)
  mkdirSync(folder, { recursive: true })
  const ignoreFile = join(home, '.gitignore')
  if (!existsAsLink(ignoreFile)) writeAtomic(ignoreFile, '*\n', { durable: false })
  return folder
}
