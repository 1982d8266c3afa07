import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { existsAsLink } from '../base/file-kind.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import { restageFolder } from './restage-path.ts'

/** Makes a folder below `.restage/` and returns its path. `.restage/` ignores itself, so `git status` stays clean. Throws Node's file errors. */
export function makeRestageFolder(root: string, ...path: readonly string[]): string {
  const home = restageFolder(root)
  const folder = join(home, ...path)
  mkdirSync(folder, { recursive: true })
  const ignoreFile = join(home, '.gitignore')
  if (!existsAsLink(ignoreFile)) writeAtomic(ignoreFile, '*\n', { durable: false })
  return folder
}
