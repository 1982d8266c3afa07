import { readFileSync } from 'node:fs'
import { errnoOf } from '../base/file-problem.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { Stage } from '../model/stage.ts'
import { policyProblems } from './problems.ts'

/** Values of secrets by name. */
export type Secrets = ReadonlyMap<string, string>

/** Reads the secrets that stages ask for, each from the variable of its name, else from the file that `NAME_FILE` names
 * (a line end at its end is none of the value). `addressOf`: how a stage is called in problems. */
export function readSecrets(
  asked: readonly { readonly stage: Stage; readonly secrets: readonly string[] }[],
  env: NodeJS.ProcessEnv,
  addressOf: (stage: Stage) => string,
): Result<Secrets> {
  const values = new Map<string, string>()
  const problems: Problem[] = []
  for (const { stage, secrets } of asked) {
    for (const name of secrets) {
      if (values.has(name)) continue
      const value = readOne(name, env)
      if (typeof value === 'string') values.set(name, value)
      else if (value === undefined) problems.push(policyProblems.secretMissing(addressOf(stage), stage.at, name))
      else problems.push(policyProblems.secretUnreadable(addressOf(stage), stage.at, name, value.errno))
    }
  }
  return problems.length === 0 ? ok(values) : failed(...problems)
}

function readOne(name: string, env: NodeJS.ProcessEnv): string | { readonly errno: string } | undefined {
  const value = env[name]
  if (value) return value
  const file = env[`${name}_FILE`]
  if (!file) return undefined
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === undefined) throw error
    return { errno }
  }
}

/** The environment without variables that hold secrets or lead to them: stages get those that they list. */
export function withoutSecrets(env: NodeJS.ProcessEnv, names: Iterable<string>): NodeJS.ProcessEnv {
  const rest = { ...env }
  for (const name of names) {
    delete rest[name]
    delete rest[`${name}_FILE`]
  }
  return rest
}
