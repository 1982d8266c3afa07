import { basename } from 'node:path'

/** A target as DVC reads it. Without `file` the name is looked up in the `dvc.yaml` of the working directory. */
export interface ParsedTarget {
  readonly file: string | undefined
  readonly name: string | undefined
}

/** Splits `stage`, `stage@item`, `path/dvc.yaml`, `path/dvc.yaml:stage`, `file.dvc` (DVC: `utils/__init__.py::parse_target`).
 * The name stands after the last colon, the item after the first `@`. */
export function parseTarget(target: string): ParsedTarget {
  const [group, item] = cut(target, target.indexOf('@'))
  const colon = group.lastIndexOf(':')
  const [path, last] = /[\\/]/.test(group.slice(colon + 1)) ? [group, ''] : cut(group, colon)
  const name = last !== '' && item !== '' ? `${last}@${item}` : last
  if (path === '' || name !== '') return { file: path || undefined, name: name || undefined }
  return isDvcFileName(target) ? { file: target, name: undefined } : { file: undefined, name: target }
}

/** The same for a pattern of stage names (`--glob`): only the last colon counts. */
export function parseGlobTarget(target: string): ParsedTarget {
  const colon = target.lastIndexOf(':')
  return { file: target.slice(0, Math.max(colon, 0)) || undefined, name: target.slice(colon + 1) || undefined }
}

/** `dvc.yaml` in any folder, or anything that ends in `.dvc`. */
export function isDvcFileName(path: string): boolean {
  return path.endsWith('.dvc') || basename(path) === 'dvc.yaml'
}

/** What stands before and after `index`; everything and nothing if there is none. */
function cut(text: string, index: number): readonly [string, string] {
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}
