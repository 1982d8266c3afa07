import { nearestName } from '../../base/nearest-name.ts'
import type { Problem } from '../../base/problem.ts'
import { isList, isMap, type Scalar, type Value, type ValueMap } from '../../base/value.ts'
import type { YamlDocument } from '../yaml/read-yaml.ts'
import { sectionShapes, stageKeys, stageShape } from './pipeline-shapes.ts'
import { schemaProblems } from './problems.ts'
import { describeValue, type ShapeFault } from './shape.ts'

/** The parts of a dvc.yaml that have the shape DVC asks for. */
export interface PipelineSections {
  /** `undefined`: they stand there but are not usable, and neither is what refers to them. */
  readonly vars: readonly Value[] | undefined
  readonly stages: ReadonlyMap<string, ValueMap>
  /** `artifacts`, `datasets`, `metrics`, `params`, `plots`: those that stand there. */
  readonly others: ReadonlyMap<string, Value>
}

/** Checks a dvc.yaml as DVC does before it fills in templates (DVC: `dvcfile.py::_load_yaml`), and keeps what is sound: a
 * stage with a fault is left out, named by its problems. Keys that nobody knows, such as `live` of DVC 2.x, are problems
 * too, but they do not hide the rest of a stage. `file` is the file's path, relative to the DVC root. */
export function checkPipeline(
  document: YamlDocument,
  file: string,
): { readonly sections: PipelineSections; readonly problems: readonly Problem[] } {
  const faults: ShapeFault[] = []
  const sound = (value: Value, found: readonly ShapeFault[]): Value | undefined => {
    faults.push(...found)
    return found.length === 0 ? value : undefined
  }
  const top = checkTop(document.value, sound)
  const stages = new Map<string, ValueMap>()
  for (const [name, value] of entriesOf(top.get('stages'))) {
    const path = ['stages', name]
    const found = typeof name === 'string' ? stageShape(value, path) : [nameFault(path)]
    const stage = sound(value, found) ?? (found.every(({ unknownKey }) => unknownKey !== undefined) ? value : undefined)
    if (isMap(stage)) stages.set(String(name), stage)
  }
  const problems = faults.map((fault) => toProblem(fault, document, file))
  return { sections: { vars: varsOf(document.value, top), stages, others: withoutCore(top) }, problems }
}

type Sound = (value: Value, faults: readonly ShapeFault[]) => Value | undefined

function checkTop(value: Value, sound: Sound): ReadonlyMap<Scalar, Value> {
  const top = new Map<Scalar, Value>()
  if (!isMap(value)) {
    sound(value, [{ path: [], part: 'value', detail: `expected a map, found ${describeValue(value)}` }])
    return top
  }
  for (const [key, section] of value) {
    const shape = typeof key === 'string' && Object.hasOwn(sectionShapes, key) ? sectionShapes[key] : undefined
    const found = shape === undefined ? [unknownSection(key)] : shape(section, [key])
    if (sound(section, found) !== undefined) top.set(key, section)
  }
  return top
}

function unknownSection(key: Scalar): ShapeFault {
  return { path: [key], part: 'key', detail: `key \`${String(key)}\` is not known here`, unknownKey: String(key) }
}

function nameFault(path: readonly Scalar[]): ShapeFault {
  return { path, part: 'key', detail: 'expected text as the name of a stage' }
}

function entriesOf(value: Value | undefined): Iterable<[Scalar, Value]> {
  return isMap(value) ? value : []
}

function varsOf(document: Value, top: ReadonlyMap<Scalar, Value>): readonly Value[] | undefined {
  const vars = top.get('vars')
  if (isList(vars)) return vars
  return isMap(document) && document.has('vars') ? undefined : []
}

function withoutCore(top: ReadonlyMap<Scalar, Value>): ReadonlyMap<string, Value> {
  const others = [...top].filter(([key]) => key !== 'stages' && key !== 'vars')
  return new Map(others.map(([key, value]) => [String(key), value]))
}

function toProblem({ path, part, detail, unknownKey }: ShapeFault, document: YamlDocument, file: string): Problem {
  const [section, name] = path
  const stage = section === 'stages' && name !== undefined ? `${file}:${String(name)}` : undefined
  const nearest = unknownKey === undefined ? undefined : nearestName(unknownKey, knownKeys)
  const hint = nearest === undefined ? undefined : `Is \`${nearest}\` meant?`
  return schemaProblems.invalid(document.at(path, part), path.map(String).join('.'), detail, { stage, hint })
}

const knownKeys = [...Object.keys(sectionShapes), ...stageKeys, 'foreach', 'do']
