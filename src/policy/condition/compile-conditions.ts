import { existsAsLink } from '../../base/file-kind.ts'
import { nearestName } from '../../base/nearest-name.ts'
import { PathTrie } from '../../base/path-trie.ts'
import { joinPath, relativeTo } from '../../base/paths.ts'
import type { Problem, SourceRange } from '../../base/problem.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { Value } from '../../base/value.ts'
import { addressFrom } from '../../model/address.ts'
import type { Project } from '../../model/project.ts'
import type { Stage, StageId } from '../../model/stage.ts'
import type { Condition } from '../../plan/condition.ts'
import { readParamsFile } from '../../project/params/read-tracked-params.ts'
import { policyProblems } from '../problems.ts'
import type { FileUse } from './find-uses.ts'
import { findConditionCircles } from './find-condition-circles.ts'
import { judge } from './judge.ts'
import { firstMissing } from './look-up.ts'
import { type ConditionFault, type ParsedCondition, parseCondition } from './parse-condition.ts'

/** A condition as somebody wrote it for a stage. */
export interface WrittenCondition {
  readonly stage: Stage
  readonly text: string
  readonly at: SourceRange
  /** The way to it: `stages.deploy.when`. */
  readonly place: string
}

/** Makes written conditions ready to be judged, or says what is wrong with them, whatever stages may yet write. */
export function compileConditions(
  written: readonly WrittenCondition[],
  project: Pick<Project, 'root' | 'stages'>,
): Result<ReadonlyMap<StageId, Condition>> {
  const parse = remember(parseCondition)
  const compiler = new Compiler(project)
  const conditions = new Map<StageId, Condition>()
  const problems: Problem[] = []
  for (const one of written) {
    const parsed = parse(one.text)
    if ('detail' in parsed) problems.push(compiler.toProblem(one, parsed))
    else {
      problems.push(...compiler.check(one, parsed))
      conditions.set(one.stage.id, compiler.compile(one, parsed))
    }
  }
  const circles = findConditionCircles(project.stages, (stage) => conditions.get(stage)?.makers ?? [])
  for (const { stage, path } of circles) {
    const one = written.find((condition) => condition.stage.id === stage)!
    problems.push(compiler.toProblem(one, circleFault(path)))
  }
  return problems.length > 0 ? failed(...onceEach(problems)) : ok(conditions)
}

class Compiler {
  readonly #root: string
  readonly #stages: readonly Stage[]
  readonly #owners = new PathTrie<StageId>()
  readonly #read = remember((target: string) => readParamsFile(target, relativeTo(this.#root, target)))

  constructor({ root, stages }: Pick<Project, 'root' | 'stages'>) {
    this.#root = root
    this.#stages = stages
    for (const { id, outs } of stages) for (const out of outs) this.#owners.add(out.target, id)
  }

  compile({ stage, text, at }: WrittenCondition, parsed: ParsedCondition): Condition {
    const reads = [...new Set(parsed.uses.map(({ file }) => joinPath(stage.wdir, file)))]
    return {
      text,
      reads,
      makers: [...new Set(reads.flatMap((target) => this.#owners.atOrAbove(target)))],
      judge: () => judge(parsed, { stage, at, root: this.#root, address: this.#address(stage) }),
    }
  }

  // What stages make is looked at when it is made; anything else must be there now.
  check(one: WrittenCondition, { uses }: ParsedCondition): readonly Problem[] {
    const { wdir } = one.stage
    return uses.flatMap((use) => {
      const target = joinPath(wdir, use.file)
      if (this.#owners.atOrAbove(target).length > 0) return []
      if (!existsAsLink(target)) return [this.toProblem(one, unknownFile(use, this.#filesOf(use.kind, wdir)))]
      const read = this.#read(target)
      if (!read.ok) return read.problems.map((problem) => ({ ...problem, stage: this.#address(one.stage) }))
      const fault = use.isAsked ? undefined : unknownKey(use, read.value)
      return fault === undefined ? [] : [this.toProblem(one, fault)]
    })
  }

  toProblem({ stage, at, place }: WrittenCondition, { detail, hint }: ConditionFault): Problem {
    return policyProblems.invalid(at, place, detail, { stage: this.#address(stage), hint })
  }

  #address(stage: Stage): string {
    return addressFrom(stage, this.#root, this.#root)
  }

  // As the stage would write them.
  #filesOf(kind: FileUse['kind'], wdir: string): ReadonlySet<string> {
    const targets = this.#stages.flatMap(({ deps, outs }) =>
      kind === 'params'
        ? deps.flatMap((dep) => (dep.kind === 'params' ? dep.target : []))
        : outs.flatMap((out) => (out.metric ? out.target : [])),
    )
    return new Set(targets.map((target) => relativeTo(wdir, target)))
  }
}

function unknownFile({ kind, file }: FileUse, files: ReadonlySet<string>): ConditionFault {
  const nearest = nearestName(file, files)
  const all = [...files].slice(0, 5).map((name) => `\`${kind}["${name}"]\``)
  return {
    detail: `\`${kind}["${file}"]\` is not known: there is no such file, and no stage makes it`,
    hint:
      nearest !== undefined
        ? `Is \`${kind}["${nearest}"]\` meant?`
        : all.length > 0
          ? `Known are ${all.join(', ')}`
          : 'Name the file as a dependency of the stage would be named',
  }
}

function unknownKey({ text, file, keys }: FileUse, document: Value): ConditionFault | undefined {
  const missing = firstMissing(document, keys)
  if (missing === undefined) return undefined
  const nearest = nearestName(missing.key, missing.others)
  return {
    detail: `\`${text}\` is not known: \`${file}\` has no \`${missing.key}\` there`,
    hint: nearest === undefined ? `Add it to \`${file}\`, or correct its name` : `Is \`${nearest}\` meant?`,
  }
}

function circleFault(path: readonly string[]): ConditionFault {
  return {
    detail: `stages would wait for each other in a circle: ${path.join(' → ')}`,
    hint: 'A condition can look only into files that are made without the stage',
  }
}

// An entry that holds for many stages is wrong once.
function onceEach(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.at, problem.message]), problem])).values()]
}

function remember<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>()
  return (text) => {
    const value = made.get(text) ?? make(text)
    made.set(text, value)
    return value
  }
}
