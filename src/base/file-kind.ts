import { lstatSync, statSync, type Stats } from 'node:fs'

// An error that is thrown costs several times what the answer does.
const quietly = { throwIfNoEntry: false } as const

/** True if something stands at `path`, a broken link included. A path through a file, or one that may not be read, does
 * not exist. */
export function existsAsLink(path: string): boolean {
  return tryStat(() => lstatSync(path, quietly)) !== undefined
}

/** True for a folder or a link to one. */
export function isDirectory(path: string): boolean {
  return tryStat(() => statSync(path, quietly))?.isDirectory() ?? false
}

/** True for a link, wherever it leads. */
export function isLink(path: string): boolean {
  return tryStat(() => lstatSync(path, quietly))?.isSymbolicLink() ?? false
}

/** The answer of `stat`, or `undefined` where it fails, for whatever reason. */
export function tryStat(stat: () => Stats | undefined): Stats | undefined {
  try {
    return stat()
  } catch {
    return undefined
  }
}

/** What stands at `path`; a link to a folder is a folder, any other thing a file. */
export function kindOfPath(path: string): 'file' | 'directory' | 'missing' {
  if (!existsAsLink(path)) return 'missing'
  return isDirectory(path) ? 'directory' : 'file'
}
