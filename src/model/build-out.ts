import { noValues, type Scalar, type ValueMap } from '../base/value.ts'
import { inferKind } from './infer-kind.ts'
import { isStageFile, refuse, type ItemContext } from './item-context.ts'
import { resolveTarget } from './resolve-target.ts'
import { stageProblems } from './stage-problems.ts'
import type { Out } from './stage.ts'

export interface OutDefinition {
  /** As written. */
  readonly path: string
  readonly options: ValueMap
  readonly section: 'outs' | 'metrics' | 'plots'
  /** The way to it from the stage's entry. */
  readonly at: readonly Scalar[]
}

/** The out that an item of a stage or a .dvc file defines (DVC: `output.py::Output`). */
export function buildOut({ path, options, section, at }: OutDefinition, context: ItemContext): Out | undefined {
  if (isStageFile(path)) return refuse(context, at, (range) => stageProblems.stageFileAsOut(range, path))
  const target = resolveTarget(path, context)
  if (target.kind === 'fault') return refuse(context, at, target.problem)
  if (target.kind === 'dataset') return refuse(context, at, (range) => stageProblems.urlUnsupported(range, 'ds'))
  const rule = target.kind === 'local' ? ignoringRule(target.target, context) : undefined
  if (rule !== undefined) return refuse(context, at, (range) => stageProblems.outIgnored(range, path, rule))
  const [metric, plot] = [section === 'metrics', section === 'plots']
  const kind = inferKind(path, { metric, plot, type: options.get('type') })
  return {
    path: target.path,
    target: target.target,
    scheme: target.kind,
    inRepo: target.kind === 'local' && target.inRepo,
    metric,
    plot,
    cache: options.get('cache') !== false,
    persist: options.get('persist') === true,
    push: options.get('push') !== false,
    remote: textOf(options, 'remote'),
    annotations: annotationsOf(options, section),
    artifact: { target: target.target, kind },
    at: context.placeOf(at),
  }
}

// An out that is a project of its own does no harm (DVC: `output.py::_is_path_dvcignore`, `ignore_subrepos=False`).
function ignoringRule(target: string, { ignore }: ItemContext): string | undefined {
  const rule = ignore.explain(target)
  return rule?.startsWith('in sub_repo:') === true ? undefined : rule
}

const annotationKeys: readonly Scalar[] = ['desc', 'type', 'labels', 'meta']
const plotKeys: readonly Scalar[] = ['template', 'x', 'y', 'x_label', 'y_label', 'title', 'header']

function annotationsOf(options: ValueMap, section: OutDefinition['section']): ValueMap {
  if (options.size === 0) return noValues
  const keys = section === 'plots' ? [...annotationKeys, ...plotKeys] : annotationKeys
  return new Map([...options].filter(([key]) => keys.includes(key)))
}

function textOf(options: ValueMap, key: string): string | undefined {
  const value = options.get(key)
  return typeof value === 'string' ? value : undefined
}
