import { isAbsolute, posix, relative, resolve } from 'node:path'

/** True if `path` is `folder` or lies below it, by path components. Both normalized, both absolute or both relative. */
export function isInsideOrEqual(path: string, folder: string): boolean {
  return path === folder || isInside(path, folder)
}

/** True if `path` lies below `folder`, by path components. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

/** `path` as seen from `root`: posix, `.` for the root itself, `../…` outside. */
export function relativeTo(root: string, path: string): string {
  if (isInside(path, root)) {
    const rest = path.slice(root.endsWith('/') ? root.length : root.length + 1)
    if (!partsToResolve.test(rest)) return rest
  }
  const rel = relative(root, path)
  return rel === '' ? '.' : rel
}

// Without them nothing is left to do, which Node's `relative` takes long to find out.
const partsToResolve = /(?:^|\/)\.{0,2}(?:\/|$)/

/** Joins as Python's `normpath(join(base, path))`: an absolute `path` wins. */
export function joinPath(base: string, path: string): string {
  return isAbsolute(path) ? resolve(path) : posix.join(base, path).replace(/(.)\/+$/, '$1')
}
