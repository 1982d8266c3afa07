import { isList, isMap, type Scalar, type Value, type ValueMap } from '../base/value.ts'
import { describeValue } from '../project/schema/shape.ts'
import { stageProblems } from './stage-problems.ts'
import type { Report } from './templating/fault.ts'

/** One path of `outs`, `metrics` or `plots` with all options that are given for it. */
export interface WrittenOut {
  readonly path: string
  readonly options: ValueMap
  /** Where it is mentioned first. */
  readonly at: readonly Scalar[]
}

/** The outs of one section of a stage: items with the same path, as written, are one (DVC: `output.py::_merge_data`). */
export function mergeOuts(section: string, items: Value, report: Report): readonly WrittenOut[] {
  if (!isList(items)) return []
  const merged = new Map<string, WrittenOut>()
  for (const [path, options, at] of entriesOf(section, items)) {
    const fault = faultOf(path, options)
    if (fault !== undefined) report({ path: at, problem: (range) => stageProblems.fieldType(range, section, ...fault) })
    else if (typeof path === 'string') {
      const present = merged.get(path) ?? { path, options: new Map(), at }
      const added: ValueMap = isMap(options) ? options : new Map()
      merged.set(path, { ...present, options: new Map([...present.options, ...added]) })
    }
  }
  return [...merged.values()]
}

type Entry = readonly [path: Value, options: Value, at: readonly Scalar[]]

function entriesOf(section: string, items: readonly Value[]): readonly Entry[] {
  return items.flatMap((item, index): Entry[] => {
    if (!isMap(item)) return [[item, new Map(), [section, index]]]
    return [...item].map(([path, options]) => [path, options, [section, index, path]])
  })
}

function faultOf(path: Value, options: Value): readonly [expected: string, found: string] | undefined {
  if (typeof path !== 'string') return ['a path', describeValue(path)]
  return isMap(options) ? undefined : [`options for \`${path}\``, describeValue(options)]
}
