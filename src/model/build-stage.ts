import { dirname } from 'node:path'
import { joinPath } from '../base/paths.ts'
import { isTruthy } from '../base/python-truth.ts'
import { isList, isMap, type Scalar, type Value } from '../base/value.ts'
import { describeValue } from '../project/schema/shape.ts'
import type { YamlDocument } from '../project/yaml/read-yaml.ts'
import { stageId } from './address.ts'
import { buildDep, buildParamsDep } from './build-dep.ts'
import { buildOut } from './build-out.ts'
import type { ItemContext } from './item-context.ts'
import { mergeOuts } from './merge-outs.ts'
import { mergeParams } from './merge-params.ts'
import type { ResolvedStage } from './resolve-pipeline.ts'
import { stageProblems } from './stage-problems.ts'
import type { Command, Stage } from './stage.ts'

/** What the stages of one file are built with. */
export interface BuildContext extends Pick<ItemContext, 'root' | 'remotes' | 'ignore' | 'report'> {
  /** The declaring file, relative to the root. */
  readonly file: string
  readonly document: YamlDocument
}

/** Makes a stage of an entry of dvc.yaml (DVC: `stage/loader.py::StageLoader.load_stage`). What DVC would fail on, now or
 * when it runs the stage, is reported; the stage is then not to be used. */
export function buildStage({ name, family, fields, path }: ResolvedStage, context: BuildContext): Stage {
  const field = (key: string): Value => fields.get(key) ?? null
  const wdir = toWdir(field('wdir'), context)
  const placeOf = (way: readonly Scalar[]): Stage['at'] => context.document.at([...path, ...way])
  const items: ItemContext = { ...context, wdir, placeOf }
  const [desc, meta] = [field('desc'), field('meta')]
  return {
    id: stageId(context.file, name),
    file: context.file,
    name,
    kind: 'pipeline',
    cmd: toCommand(field('cmd'), context),
    wdir,
    deps: [...toDeps(field('deps'), items), ...toParams(field('params'), items)],
    outs: (['outs', 'metrics', 'plots'] as const).flatMap((section) => toOuts(section, field(section), items)),
    frozen: field('frozen') === true,
    alwaysChanged: field('always_changed') === true,
    desc: typeof desc === 'string' ? desc : undefined,
    meta: isMap(meta) ? meta : undefined,
    family,
    at: context.document.at(path.slice(0, 2), 'key'),
  }
}

// Empty stands for the folder of the dvc.yaml, whatever it is that is empty.
function toWdir(written: Value, { root, file, report }: BuildContext): string {
  const folder = dirname(joinPath(root, file))
  if (!isTruthy(written)) return folder
  if (typeof written === 'string') return joinPath(folder, written)
  report({ path: ['wdir'], problem: (at) => stageProblems.fieldType(at, 'wdir', 'text', describeValue(written)) })
  return folder
}

// DVC loads any value here, and fails on it when it runs the stage.
function toCommand(written: Value, { report }: BuildContext): Command | undefined {
  if (written === null) return undefined
  if (typeof written === 'string') return written
  const items = isList(written) ? written : [written]
  const odd = items.findIndex((item) => typeof item !== 'string')
  if (odd !== -1) {
    const path = isList(written) ? ['cmd', odd] : ['cmd']
    const found = describeValue(items[odd] ?? null)
    report({ path, problem: (at) => stageProblems.fieldType(at, 'cmd', 'text', found) })
  }
  return items.filter((item) => typeof item === 'string')
}

function toDeps(written: Value, context: ItemContext): Stage['deps'] {
  if (!isList(written)) return []
  return written.map((path, index) => buildDep(path, ['deps', index], context)).filter((dep) => dep !== undefined)
}

function toParams(written: Value, context: ItemContext): Stage['deps'] {
  const files = mergeParams(written, context.report)
  return files.map((file) => buildParamsDep(file, context)).filter((dep) => dep !== undefined)
}

function toOuts(section: 'outs' | 'metrics' | 'plots', written: Value, context: ItemContext): Stage['outs'] {
  const outs = mergeOuts(section, written, context.report)
  return outs.map((out) => buildOut({ ...out, section }, context)).filter((out) => out !== undefined)
}
