import { isAbsolute } from 'node:path'
import { isInside, joinPath, relativeTo } from '../base/paths.ts'
import type { Problem, SourceRange } from '../base/problem.ts'
import { stageProblems } from './stage-problems.ts'

/** What the path of a dep or out leads to. */
export type Target =
  | {
      readonly kind: 'local'
      /** The definition path: as written, but relative to `wdir` if it is absolute and inside the root. */
      readonly path: string
      /** Absolute, normalized. */
      readonly target: string
      readonly inRepo: boolean
    }
  | { readonly kind: 'url'; readonly path: string; readonly target: string }
  | { readonly kind: 'dataset'; readonly path: string; readonly name: string }
  | { readonly kind: 'fault'; readonly problem: (at: SourceRange) => Problem }

export interface TargetContext {
  readonly root: string
  readonly wdir: string
  /** By lower-cased name. */
  readonly remotes: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** Finds out what a path as written in dvc.yaml or a .dvc file means (DVC: `output.py::Output.__init__`,
 * `fs/__init__.py::get_cloud_fs`). Nothing is expanded: no `~`, no `$VAR`, no patterns. */
export function resolveTarget(path: string, context: TargetContext): Target {
  const url = parseUrl(path)
  if (url === undefined) return localTarget(path, context)
  if (url.scheme === 'ds') return { kind: 'dataset', path, name: url.host }
  if (url.scheme === 'remote') return remoteTarget(path, url, context)
  if (cloudSchemes.has(url.scheme)) return { kind: 'url', path, target: path }
  return { kind: 'fault', problem: (at) => stageProblems.urlUnsupported(at, url.scheme) }
}

const cloudSchemes: ReadonlySet<string> = new Set(
  'azure gdrive gs hdfs http https oss s3 ssh webdav webdavs webhdfs'.split(' '),
)

interface Url {
  readonly scheme: string
  readonly host: string
  readonly path: string
}

// Without a host it is a path, whatever colons there are in it.
function parseUrl(text: string): Url | undefined {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]+)([^?#]*)/.exec(text)
  return match === null ? undefined : { scheme: match[1]!.toLowerCase(), host: match[2]!, path: match[3]! }
}

function localTarget(written: string, { root, wdir }: TargetContext): Target {
  const target = joinPath(wdir, written)
  const path = isAbsolute(written) && isInside(target, root) ? relativeTo(wdir, target) : written
  return { kind: 'local', path, target, inRepo: !isAbsolute(path) && isInside(target, root) }
}

// A remote that is a local folder is a folder outside the project, even if it lies inside.
function remoteTarget(path: string, { host, path: below }: Url, context: TargetContext, depth = 0): Target {
  const base = context.remotes.get(host.toLowerCase())?.get('url')
  if (base === undefined || depth > context.remotes.size) {
    return { kind: 'fault', problem: (at) => stageProblems.remoteUnknown(at, host) }
  }
  const full = `${base}/${below.replace(/^\/+/, '')}`
  const url = parseUrl(full)
  if (url === undefined) return { kind: 'local', path, target: joinPath(context.root, full), inRepo: false }
  return url.scheme === 'remote' ? remoteTarget(path, url, context, depth + 1) : { kind: 'url', path, target: full }
}
