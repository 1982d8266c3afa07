import { joinPath, relativeTo } from '../base/paths.ts'
import { isMap, type Scalar, type Value, type ValueMap } from '../base/value.ts'
import { describeValue } from '../project/schema/shape.ts'
import { inferKind } from './infer-kind.ts'
import { isStageFile, refuse, type ItemContext } from './item-context.ts'
import type { WrittenParams } from './merge-params.ts'
import { resolveTarget } from './resolve-target.ts'
import { stageProblems } from './stage-problems.ts'
import type { Dep, ParamsDep, RepoDep } from './stage.ts'

/** The dep that a path names; `at` is the way to it from the stage's entry. */
export function buildDep(path: Value, at: readonly Scalar[], context: ItemContext): Dep | undefined {
  if (typeof path !== 'string' || path === '') {
    return refuse(context, at, (range) => stageProblems.fieldType(range, 'deps', 'a path', describeValue(path)))
  }
  if (isStageFile(path)) return refuse(context, at, (range) => stageProblems.stageFileAsDep(range, path))
  const target = resolveTarget(path, context)
  const range = context.placeOf(at)
  switch (target.kind) {
    case 'local':
      return { ...target, kind: 'file', artifact: { target: target.target, kind: inferKind(path) }, at: range }
    case 'url':
      return { ...target, artifact: { target: target.target, kind: inferKind(path) }, at: range }
    case 'dataset':
      // Who else declares it is known only when all files are read.
      return { ...target, state: 'unknown', at: range }
    default:
      return refuse(context, at, target.problem)
  }
}

/** The dep that an item of a .dvc file describes: also data of another repository, or of a database. */
export function buildRecordedDep(item: ValueMap, at: readonly Scalar[], context: ItemContext): Dep | undefined {
  const [path, repo, db] = [item.get('path') ?? null, item.get('repo'), item.get('db')]
  const range = context.placeOf(at)
  if (isMap(db)) return { kind: 'db', path: typeof path === 'string' ? path : '', definition: db, at: range }
  if (isMap(repo) && typeof path === 'string') return { kind: 'repo', path, ...readRepo(repo), at: range }
  return buildDep(path, [...at, 'path'], context)
}

function readRepo(repo: ValueMap): Pick<RepoDep, 'url' | 'rev' | 'revLock'> {
  const [url, rev, revLock] = ['url', 'rev', 'rev_lock'].map((key) => {
    const value = repo.get(key)
    return typeof value === 'string' && value !== '' ? value : undefined
  })
  return { url: url ?? '', rev, revLock }
}

/** The dep on keys of a params file. */
export function buildParamsDep({ file, keys, at }: WrittenParams, context: ItemContext): ParamsDep | undefined {
  if (isStageFile(file)) return refuse(context, at, (range) => stageProblems.stageFileAsDep(range, file))
  const target = resolveTarget(file === '' ? joinPath(context.root, 'params.yaml') : file, context)
  if (target.kind === 'fault') return refuse(context, at, target.problem)
  if (target.kind !== 'local') {
    return refuse(context, at, (range) => stageProblems.fieldType(range, 'params', 'a local file', `\`${file}\``))
  }
  const savedPath = target.inRepo ? relativeTo(context.wdir, target.target) : target.path
  const artifact = { target: target.target, kind: 'params' } as const
  return { ...target, kind: 'params', savedPath, keys, artifact, at: context.placeOf(at) }
}
