import { isTruthy } from '../base/python-truth.ts'
import { isList, isMap, type Scalar, type Value } from '../base/value.ts'
import { describeValue } from '../project/schema/shape.ts'
import { stageProblems } from './stage-problems.ts'
import type { Report } from './templating/fault.ts'

/** One params file of a stage. */
export interface WrittenParams {
  /** Empty: the `params.yaml` of the root. */
  readonly file: string
  /** In order, duplicates kept; empty: the whole file. */
  readonly keys: readonly string[]
  /** Where it is mentioned first. */
  readonly at: readonly Scalar[]
}

const defaultFile = 'params.yaml'

/** The `params` of a stage by file, as written, in the order in which the files are first mentioned (DVC:
 * `dependency/__init__.py::_merge_params`). A file that is tracked whole anywhere is tracked whole. */
export function mergeParams(items: Value, report: Report): readonly WrittenParams[] {
  if (!isList(items)) return []
  const mentions = mentionsOf(items)
  const whole = new Set(mentions.filter(({ keys, isDefault }) => !isDefault && !isTruthy(keys)).map(({ file }) => file))
  const merged = new Map<string, WrittenParams>()
  for (const { file, keys, at, isDefault } of mentions) {
    const fault = faultOf(file, keys, !isDefault && whole.has(file))
    if (fault !== undefined)
      report({ path: at, problem: (range) => stageProblems.fieldType(range, 'params', ...fault) })
    else if (typeof file === 'string' && !(isDefault && whole.has(file))) {
      const present = merged.get(file) ?? { file, keys: [], at }
      const added = whole.has(file) || !isList(keys) ? [] : keys.filter((key) => typeof key === 'string')
      merged.set(file, { ...present, keys: [...present.keys, ...added] })
    }
  }
  return [...merged.values()]
}

interface Mention {
  readonly file: Scalar
  readonly keys: Value
  readonly at: readonly Scalar[]
  /** A key by itself, which means one of `params.yaml`. */
  readonly isDefault: boolean
}

function mentionsOf(items: readonly Value[]): readonly Mention[] {
  return items.flatMap((item, index): Mention[] => {
    if (!isMap(item)) return [{ file: defaultFile, keys: [item], at: ['params', index], isDefault: true }]
    return [...item].map(([file, keys]) => ({ file: file ?? '', keys, at: ['params', index, file], isDefault: false }))
  })
}

function faultOf(file: Scalar, keys: Value, isWhole: boolean): readonly [string, string] | undefined {
  if (typeof file !== 'string') return ['the path of a params file', describeValue(file)]
  if (isWhole) return undefined
  if (!isList(keys)) return [`a list of keys for \`${file}\``, describeValue(keys)]
  const odd = keys.find((key) => typeof key !== 'string')
  return odd === undefined ? undefined : ['the name of a param', describeValue(odd)]
}
