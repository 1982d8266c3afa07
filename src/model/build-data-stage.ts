import { dirname } from 'node:path'
import { joinPath } from '../base/paths.ts'
import { isList, isMap, type Scalar, type ValueMap } from '../base/value.ts'
import type { DataFile } from '../project/data-file/read-data-file.ts'
import { definitionMd5 } from '../project/data-file/definition-md5.ts'
import { stageId } from './address.ts'
import { buildRecordedDep } from './build-dep.ts'
import { buildOut } from './build-out.ts'
import type { BuildContext } from './build-stage.ts'
import type { ItemContext } from './item-context.ts'
import type { Dep, Out, Stage } from './stage.ts'

/** Makes a stage of a .dvc file (DVC: `stage/loader.py::SingleStageLoader.load_stage`). Faults are reported; the stage is
 * then not to be used. */
export function buildDataStage({ value }: DataFile, context: BuildContext): Stage {
  const { file, root, document } = context
  const [written, desc, meta] = [value.get('wdir'), value.get('desc'), value.get('meta')]
  const wdir = joinPath(dirname(joinPath(root, file)), typeof written === 'string' ? written : '.')
  const items: ItemContext = { ...context, wdir, placeOf: (path) => document.at(path) }
  const deps = buildAll(value, 'deps', (item, at) => buildRecordedDep(item, at, items))
  const outs = buildAll(value, 'outs', (item, at) => toOut(item, at, items))
  const isImport = deps.length === 1 && outs.length === 1
  return {
    id: stageId(file, ''),
    file,
    name: '',
    kind: isImport ? 'import' : 'data',
    cmd: undefined,
    wdir,
    deps,
    outs,
    frozen: value.get('frozen') === true || value.get('locked') === true,
    alwaysChanged: value.get('always_changed') === true,
    desc: typeof desc === 'string' ? desc : undefined,
    meta: isMap(meta) ? meta : undefined,
    ...(isImport ? { definitionMd5: definitionMd5(value) } : {}),
    family: undefined,
    at: document.at([]),
  }
}

function buildAll<T extends Dep | Out>(
  value: ValueMap,
  section: 'deps' | 'outs',
  build: (item: ValueMap, at: readonly Scalar[]) => T | undefined,
): readonly T[] {
  const items = value.get(section)
  if (!isList(items)) return []
  const built = items.map((item, index) => (isMap(item) ? build(item, [section, index]) : undefined))
  return built.filter((item) => item !== undefined)
}

function toOut(item: ValueMap, at: readonly Scalar[], context: ItemContext): Out | undefined {
  const path = item.get('path')
  if (typeof path !== 'string') throw new Error('Internal error: the schema asks for a path')
  return buildOut({ path, options: item, section: 'outs', at: [...at, 'path'] }, context)
}
