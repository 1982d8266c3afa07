import { dirname } from 'node:path'
import { joinPath } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { isList, isMap, pythonTypeName, type Scalar, type Value, type ValueMap } from '../base/value.ts'
import type { DocumentReader } from '../project/document-reader.ts'
import { checkPipeline } from '../project/schema/check-pipeline.ts'
import type { YamlDocument } from '../project/yaml/read-yaml.ts'
import { FaultNotes } from './fault-notes.ts'
import { resolveFields } from './resolve-fields.ts'
import { stageProblems } from './stage-problems.ts'
import { emptyContext, withItem, type Context } from './templating/context.ts'
import { foreachInstances } from './templating/foreach.ts'
import type { Instance } from './templating/instance.ts'
import { maxTemplateText, resolveValue, type Scope, type TextBudget } from './templating/interpolate.ts'
import { loadDefaultParams, loadVars } from './templating/load-vars.ts'
import { matrixInstances } from './templating/matrix.ts'
import { templateProblems, varsProblems } from './templating/problems.ts'
import { defaultFlagStyle, type FlagStyle } from './templating/unpack-flags.ts'

export interface ResolveOptions {
  readonly document: YamlDocument
  /** Path of the dvc.yaml, relative to the root. */
  readonly file: string
  readonly root: string
  readonly reader: DocumentReader
  readonly style: FlagStyle
  /** How many stages one file may define. @default 10000 */
  readonly maxStages?: number
}

/** An entry of `stages` with its templates filled in. */
export interface ResolvedStage {
  readonly name: string
  /** The group that generated it. */
  readonly family: string | undefined
  readonly fields: ValueMap
  /** Where its fields are written: `['stages', 'fit']`, or `['stages', 'fit', 'do']`. */
  readonly path: readonly Scalar[]
}

export interface ResolvedPipeline {
  readonly stages: readonly ResolvedStage[]
  /** Entries of `datasets` that are maps. */
  readonly datasets: readonly ValueMap[]
  readonly problems: readonly Problem[]
}

/** Checks a dvc.yaml and fills in its templates (DVC: `parsing/__init__.py::DataResolver`). A stage that does not resolve
 * is left out and named by its problems; the others resolve. */
export function resolvePipeline(options: ResolveOptions): ResolvedPipeline {
  const { sections, problems } = checkPipeline(options.document, options.file)
  const resolver = new PipelineResolver(options)
  const context = sections.vars && resolver.globalContext(sections.vars)
  if (context === undefined) return { stages: [], datasets: [], problems: [...problems, ...resolver.notes.problems()] }
  const stages = resolver.resolveStages(sections.stages, context)
  const others = new Map(
    [...sections.others].map(([name, section]) => [name, resolver.resolveSection(name, section, context)]),
  )
  return {
    stages,
    datasets: (others.get('datasets') ?? []).filter(isMap),
    problems: [...problems, ...resolver.notes.problems()],
  }
}

const defaultMaxStages = 10_000

class PipelineResolver {
  readonly notes: FaultNotes
  readonly #options: ResolveOptions
  readonly #folder: string
  readonly #budget: TextBudget = { left: maxTemplateText }

  constructor(options: ResolveOptions) {
    this.#options = options
    this.#folder = dirname(joinPath(options.root, options.file))
    this.notes = new FaultNotes(options.document, options.file)
  }

  /** What every stage of the file can name; `undefined` if there is a fault in it, for then none can be resolved. */
  globalContext(items: readonly Value[]): Context | undefined {
    return this.notes.gather({ path: ['vars'] }, (reporters) => {
      const { root, reader } = this.#options
      const options = { items, folder: this.#folder, root, reader, stage: undefined, ...reporters }
      return loadVars(loadDefaultParams(emptyContext, options), options)
    })
  }

  resolveStages(entries: ReadonlyMap<string, ValueMap>, context: Context): readonly ResolvedStage[] {
    const limit = this.#options.maxStages ?? defaultMaxStages
    const stages: ResolvedStage[] = []
    for (const [name, definition] of entries) {
      if (stages.length >= limit) {
        this.notes.gather({ path: ['stages', name] }, ({ report }) =>
          report({ path: [], problem: (at) => templateProblems.tooManyStages(at, limit) }),
        )
        return stages
      }
      const added = isFamily(definition)
        ? this.#resolveFamily(name, definition, context, limit - stages.length)
        : [this.#resolveStage({ name, family: undefined, fields: definition, path: ['stages', name] }, context)]
      stages.push(...added.filter((stage) => stage !== undefined))
    }
    return stages
  }

  /** Resolves a section that runs nothing: DVC refuses the file with its faults. Items without a fault are given. */
  resolveSection(name: string, section: Value, context: Context): readonly Value[] {
    const items = itemsOf(name, section).map(([path, item]) =>
      this.notes.gather({ path }, ({ report }) => resolveValue(item, [], this.#scope(context, report))),
    )
    if (name === 'artifacts' && isMap(section)) this.#checkArtifactNames([...section.keys()], context)
    return items.filter((item) => item !== undefined)
  }

  #checkArtifactNames(names: readonly Scalar[], context: Context): void {
    for (const name of names) {
      const resolved = resolveValue(
        name,
        [],
        this.#scope(context, () => undefined),
      )
      if (typeof resolved === 'string' || resolved === null) continue
      const type = pythonTypeName(resolved)
      this.notes.gather({ path: ['artifacts', name] }, ({ report }) =>
        report({ path: [], problem: (at) => templateProblems.keyType(at, type) }),
      )
    }
  }

  #resolveFamily(
    name: string,
    definition: ValueMap,
    context: Context,
    limit: number,
  ): readonly (ResolvedStage | undefined)[] {
    const path = ['stages', name]
    const [matrix, body] = [definition.get('matrix'), definition.get('do')]
    const instances = this.notes.gather({ path, stage: { name, family: undefined } }, ({ report }) => {
      const scope = this.#scope(context, report)
      return isMap(matrix)
        ? matrixInstances(matrix, scope, limit)
        : foreachInstances(definition.get('foreach') ?? null, scope, limit)
    })
    if (instances === undefined) return []
    this.#warnOfCovered(name, instances, context)
    const template = isMap(body) ? { fields: body, path: [...path, 'do'] } : { fields: definition, path }
    return instances.map(({ key, names }) => {
      const stage = { name: `${name}@${key}`, family: name, ...template }
      return this.#resolveStage(stage, withItem(context, names))
    })
  }

  #warnOfCovered(name: string, [first]: readonly Instance[], context: Context): void {
    const covered = [...(first?.names.keys() ?? [])].filter((key) => context.values.has(key))
    if (covered.length > 0) this.notes.warn(['stages', name], (at) => varsProblems.covered(at, covered, name))
  }

  #resolveStage(stage: ResolvedStage, context: Context): ResolvedStage | undefined {
    if (this.#budget.left < 0) return undefined
    const fields = this.notes.gather({ path: stage.path, stage }, (reporters) => {
      checkName(stage, reporters.report)
      const { root, reader, style } = this.#options
      const { name, fields } = stage
      const options = { fields, name, context, folder: this.#folder, root, reader, style, budget: this.#budget }
      return resolveFields({ ...options, ...reporters })
    })
    return fields && { ...stage, fields }
  }

  #scope(context: Context, report: Scope['report']): Scope {
    return { context, field: undefined, style: defaultFlagStyle, budget: this.#budget, report }
  }
}

function itemsOf(name: string, section: Value): readonly (readonly [path: readonly Scalar[], item: Value])[] {
  if (isList(section)) return section.map((item, index) => [[name, index], item])
  return isMap(section) ? [[[name], section]] : []
}

function isFamily(definition: ValueMap): boolean {
  return definition.has('foreach') || definition.has('matrix')
}

// DVC takes a name apart at its last `@` and gives up on the whole file if the parts name no instance
// (`parsing/__init__.py::split_group_name`).
function checkName({ name, family }: ResolvedStage, report: Scope['report']): void {
  const key = family === undefined ? name : name.slice(family.length + 1)
  if (key === '') report({ path: [], problem: (at) => stageProblems.nameEmpty(at) })
  else if (key.includes('@')) report({ path: [], problem: (at) => stageProblems.nameWithAt(at, name) })
}
