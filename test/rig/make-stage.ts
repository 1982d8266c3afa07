import { joinPath, relativeTo } from '../../src/base/paths.ts'
import { stageId } from '../../src/model/address.ts'
import type { FileDep, Out, ParamsDep, Stage } from '../../src/model/stage.ts'

export interface StageSketch {
  readonly name?: string
  readonly file?: string
  readonly deps?: readonly string[]
  readonly outs?: readonly string[]
  readonly params?: readonly { readonly path: string; readonly keys?: readonly string[] }[]
}

/** A stage of a project at `root` (`/p` unless told), as loading would make it. Paths are relative to the stage's folder. */
export function makeStage(sketch: StageSketch, overrides: Partial<Stage> = {}, root = '/p'): Stage {
  const { file = 'dvc.yaml', name = '' } = sketch
  const wdir = joinPath(root, file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.')
  const kind = file.endsWith('.dvc') ? 'data' : 'pipeline'
  return {
    id: stageId(file, name),
    file,
    name,
    kind,
    cmd: kind === 'data' ? undefined : `make ${name}`,
    wdir,
    deps: [
      ...(sketch.deps ?? []).map((path) => makeDep(path, wdir, root)),
      ...(sketch.params ?? []).map(({ path, keys }) => makeParamsDep(path, keys ?? [], wdir, root)),
    ],
    outs: (sketch.outs ?? []).map((path) => makeOut(path, wdir, root)),
    frozen: false,
    alwaysChanged: false,
    desc: undefined,
    meta: undefined,
    family: name.includes('@') ? name.slice(0, name.indexOf('@')) : undefined,
    at: { file, line: 1, column: 1 },
    ...overrides,
  }
}

export function makeDep(path: string, wdir = '/p', root = '/p'): FileDep {
  const target = joinPath(wdir, path)
  return { kind: 'file', path, target, inRepo: isInRepo(path, target, root), artifact: { target, kind: 'file' }, at }
}

export function makeParamsDep(path: string, keys: readonly string[], wdir = '/p', root = '/p'): ParamsDep {
  const target = joinPath(wdir, path)
  const savedPath = relativeTo(wdir, target)
  const inRepo = isInRepo(path, target, root)
  return { kind: 'params', path, savedPath, target, inRepo, keys, artifact: { target, kind: 'params' }, at }
}

export function makeOut(path: string, wdir = '/p', root = '/p'): Out {
  const target = joinPath(wdir, path)
  return {
    path,
    target,
    scheme: 'local',
    inRepo: isInRepo(path, target, root),
    cache: true,
    persist: false,
    push: true,
    remote: undefined,
    metric: false,
    plot: false,
    annotations: new Map(),
    artifact: { target, kind: 'file' },
    at,
  }
}

const at = { file: 'dvc.yaml', line: 2, column: 3 }

function isInRepo(path: string, target: string, root: string): boolean {
  return !path.startsWith('/') && target.startsWith(`${root}/`)
}
