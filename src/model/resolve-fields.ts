import { joinPath } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { isTruthy } from '../base/python-truth.ts'
import { isList, type Value, type ValueMap } from '../base/value.ts'
import type { DocumentReader } from '../project/document-reader.ts'
import type { Context } from './templating/context.ts'
import type { Report } from './templating/fault.ts'
import { resolveValue, type Scope, type TextBudget } from './templating/interpolate.ts'
import { loadVars } from './templating/load-vars.ts'
import { toText } from './templating/to-text.ts'
import { defaultFlagStyle, type FlagStyle } from './templating/unpack-flags.ts'

export interface FieldsOptions {
  /** The stage's entry, or the template of its family. */
  readonly fields: ValueMap
  readonly name: string
  /** With `item` and `key` for an instance. */
  readonly context: Context
  /** Folder of the dvc.yaml, absolute. */
  readonly folder: string
  readonly root: string
  readonly reader: DocumentReader
  readonly style: FlagStyle
  readonly budget: TextBudget
  readonly report: Report
  readonly reportFile: (problems: readonly Problem[]) => void
}

/** The fields of one stage with templates filled in (DVC: `parsing/__init__.py::EntryDefinition.resolve_stage`). `wdir`
 * comes first, from what the file defines; the stage's own `vars` are read there and may fill in all the rest. */
export function resolveFields(options: FieldsOptions): ValueMap {
  const { fields, context } = options
  const wdir = resolveField('wdir', fields.get('wdir') ?? null, context, options)
  const ownContext = withOwnVars(wdir, options)
  if (ownContext === undefined) return new Map()
  const resolved = new Map<string, Value>()
  for (const [key, value] of fields) {
    const name = String(key)
    if (name === 'vars' || name === 'matrix') continue
    resolved.set(name, name === 'wdir' ? wdir : resolveField(name, value, ownContext, options))
  }
  return resolved
}

function resolveField(field: string, value: Value, context: Context, { style, budget, report }: FieldsOptions): Value {
  const scope: Scope = { context, field, style, budget, report }
  return resolveValue(value, [field], scope)
}

// `undefined` if the vars have a fault: what they do not define would only be reported once more.
function withOwnVars(wdir: Value, options: FieldsOptions): Context | undefined {
  const { fields, context, folder, name, report, reportFile } = options
  const items = fields.get('vars')
  if (!isList(items) || items.length === 0) return context
  let isSound = true
  const reporters = {
    report: (fault: Parameters<Report>[0]): void => {
      isSound = false
      report({ ...fault, path: ['vars', ...fault.path] })
    },
    reportFile: (problems: readonly Problem[]): void => {
      isSound = false
      reportFile(problems)
    },
  }
  const { root, reader } = options
  const added = loadVars(context, {
    items,
    folder: varsFolder(wdir, folder, fields),
    root,
    reader,
    stage: name,
    ...reporters,
  })
  return isSound ? added : undefined
}

function varsFolder(wdir: Value, folder: string, fields: ValueMap): string {
  const text = isTruthy(fields.get('wdir') ?? null) ? toText(wdir, defaultFlagStyle) : '.'
  return typeof text === 'string' ? joinPath(folder, text) : folder
}
