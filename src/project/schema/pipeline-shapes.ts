import { isMap } from '../../base/value.ts'
import { anyOf, anything, bool, list, listOf, map, mapOf, nullable, record, text, type Shape } from './shape.ts'

// What dvc.yaml has to look like before templates are filled in (DVC: `schema.py::MULTI_STAGE_SCHEMA`).

const textOrMap = anyOf([text, map], 'text or a map')
const textOrList = anyOf([text, list], 'text or a list')

const annotations = { desc: text, type: text, labels: listOf(text), meta: anything }

const outFlags = { ...annotations, cache: bool, persist: bool, checkpoint: bool, remote: text, push: bool }

const plotFlags = { template: text, x: text, y: text, x_label: text, y_label: text, title: text, header: bool }

const plotProperties = record({ ...outFlags, ...plotFlags })

const outItem = anyOf([text, mapOf(record(outFlags))], 'a path, or a map from a path to its options')

// DVC lets a list of plot properties pass, and then fails on it; told here as what it is.
const plotItem = anyOf([text, mapOf(plotProperties)], 'a path, or a map from a path to its options')

const stageFields = {
  matrix: mapOf(textOrList),
  cmd: textOrList,
  wdir: text,
  deps: listOf(text),
  params: listOf(textOrMap),
  vars: listOf(textOrMap),
  frozen: bool,
  meta: anything,
  desc: text,
  always_changed: bool,
  outs: listOf(outItem),
  metrics: listOf(outItem),
  plots: listOf(plotItem),
} as const

/** Keys of a stage. */
export const stageKeys: readonly string[] = Object.keys(stageFields)

const stageBody = record(stageFields, ['cmd'])

const family = record({ foreach: anyOf([map, list, text], 'a map, a list or text'), do: stageBody }, ['foreach', 'do'])

/** An entry of `stages`: a stage, or `foreach` with `do`. Either key makes it a family, and nothing else may stand there. */
export const stageShape: Shape = (value, path) => {
  const isFamily = isMap(value) && (value.has('foreach') || value.has('do'))
  return isFamily ? family(value, path) : stageBody(value, path)
}

const axis = anyOf([text, mapOf(text)], 'text or a map')

const axes = anyOf([text, listOf(text), mapOf(anyOf([text, listOf(text)], 'text or a list'))], 'text, a list or a map')

const topPlot = record({ x: axis, y: axes, x_label: text, y_label: text, title: text, template: text })

const artifact = record({ path: text, ...annotations }, ['path'])

/** Sections of dvc.yaml; stages are looked at one by one. */
export const sectionShapes: Readonly<Record<string, Shape>> = {
  stages: map,
  vars: listOf(textOrMap),
  params: listOf(text),
  metrics: listOf(text),
  plots: listOf(anyOf([text, mapOf(nullable(topPlot))], 'text or a map')),
  artifacts: mapOf(artifact),
  // DVC's schema takes anything, its loader a list only.
  datasets: list,
}
