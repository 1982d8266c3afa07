import type { ZodType } from 'zod'
import { compileFnmatch } from '../base/fnmatch.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { Value } from '../base/value.ts'
import { addressFrom } from '../model/address.ts'
import type { Project } from '../model/project.ts'
import type { Stage, StageId } from '../model/stage.ts'
import { readYaml, type YamlDocument } from '../project/yaml/read-yaml.ts'
import { compileSettings, compileStage } from './compile-settings.ts'
import type { WrittenCondition } from './condition/compile-conditions.ts'
import { keysAt } from './keys-at.ts'
import { toPlain } from './plain-value.ts'
import { policyProblems } from './problems.ts'
import { faultsOf, type SchemaFault } from './schema-faults.ts'
import { type Settings, settingsFile } from './settings.ts'
import { settingsSchema, stageSchema, type WrittenStage } from './settings-schema.ts'

/** Settings whose conditions are not compiled yet. */
export interface ParsedSettings {
  readonly settings: Omit<Settings, 'conditionOf'>
  readonly conditions: readonly WrittenCondition[]
  readonly warnings: readonly Problem[]
}

/** What restage.yaml (`text`, empty if there is none) and the stages' own `meta: {restage: …}` say together. */
export function parseSettings(
  text: string,
  { stages, root }: Pick<Project, 'stages' | 'root'>,
): Result<ParsedSettings> {
  const document = readYaml(text, settingsFile)
  if (!document.ok) return failed(...document.problems)
  const { value: written, problems } = check(settingsSchema, document.value.value, ({ path, part, detail, hint }) =>
    policyProblems.invalid(document.value.at(path, part), path.join('.'), detail, hint === undefined ? {} : { hint }),
  )
  const own = stages.map((stage) => ownPolicy(stage))
  const faults = [...problems, ...own.flatMap((policy) => policy.problems)]
  if (written === undefined || faults.length > 0) return failed(...faults)

  const entries = Object.entries(written.stages ?? {}).map(([pattern, policy]) => ({ pattern, policy }))
  const { policies, unused, conditions } = policiesOf(stages, root, { entries, own: own.map((policy) => policy.value) })
  const warnings = unused.map((pattern) => unknownStage(pattern, stages, document.value))
  const secretNames = [...new Set([...policies.values()].flatMap(({ secrets }) => secrets))]
  const policyOf: Settings['policyOf'] = (stage) => policies.get(stage.id)
  return ok({
    settings: { ...compileSettings(written), policyOf, secretNames },
    conditions: conditions.map(({ pattern, ...condition }) => ({
      ...condition,
      ...(pattern === undefined
        ? { at: condition.stage.at, place: 'meta.restage.when' }
        : { at: document.value.at(['stages', pattern, 'when'], 'value'), place: `stages.${pattern}.when` }),
    })),
    warnings,
  })
}

interface Checked<T> {
  readonly value: T | undefined
  readonly problems: readonly Problem[]
}

function check<T>(schema: ZodType<T>, value: Value, toProblem: (fault: SchemaFault) => Problem): Checked<T> {
  const plain = toPlain(value)
  const parsed = schema.safeParse(plain)
  if (parsed.success) return { value: parsed.data, problems: [] }
  return {
    value: undefined,
    problems: faultsOf(parsed.error, plain, (path) => keysAt(schema, path)).map(toProblem),
  }
}

// Under `meta` templates have been filled in, so only the stage's place is known.
function ownPolicy(stage: Stage): Checked<WrittenStage> {
  const meta = stage.meta?.get('restage')
  if (meta === undefined) return { value: undefined, problems: [] }
  return check(stageSchema, meta, ({ path, detail, hint }) =>
    policyProblems.invalid(stage.at, ['meta', 'restage', ...path].join('.'), detail, {
      stage: stage.id,
      ...(hint === undefined ? {} : { hint }),
    }),
  )
}

function policiesOf(
  stages: readonly Stage[],
  root: string,
  asked: {
    readonly entries: readonly { readonly pattern: string; readonly policy: WrittenStage }[]
    readonly own: readonly (WrittenStage | undefined)[]
  },
) {
  const matchers = asked.entries.map(({ pattern, policy }) => ({ pattern, policy, matches: compileFnmatch(pattern) }))
  const used = new Set<string>()
  const conditions: { readonly stage: Stage; readonly text: string; readonly pattern: string | undefined }[] = []
  const policies = new Map<StageId, ReturnType<typeof compileStage>>()
  stages.forEach((stage, index) => {
    const names = namesOf(stage, root)
    const found = matchers.filter(({ pattern, matches }) => names.some((name) => name === pattern || matches(name)))
    found.forEach(({ pattern }) => used.add(pattern))
    const own = asked.own[index]
    if (found.length === 0 && own === undefined) return
    const policy = compileStage([...(own === undefined ? [] : [own]), ...found.map((entry) => entry.policy)])
    policies.set(stage.id, policy)
    if (policy.when === undefined) return
    const pattern = found.findLast((entry) => entry.policy.when !== undefined)?.pattern
    conditions.push({ stage, text: policy.when, pattern })
  })
  const unused = matchers.filter(({ pattern }) => !used.has(pattern)).map(({ pattern }) => pattern)
  return { policies, unused, conditions }
}

// As targets: a family's name means all of its members.
function namesOf(stage: Stage, root: string): readonly string[] {
  const { id, name, file, family } = stage
  const ofFamily = family === undefined ? [] : [family, `${file}:${family}`]
  return [id, addressFrom(stage, root, root), ...(name === '' ? [] : [name]), ...ofFamily]
}

function unknownStage(pattern: string, stages: readonly Stage[], document: YamlDocument): Problem {
  const names = stages.flatMap(({ name, family }) => [name, ...(family === undefined ? [] : [family])])
  return policyProblems.noSuchStage(document.at(['stages', pattern], 'key'), pattern, nearestName(pattern, names))
}
