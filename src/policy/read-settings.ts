import { join } from 'node:path'
import { existsAsLink } from '../base/file-kind.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { Project } from '../model/project.ts'
import { readText } from '../project/read-text.ts'
import { noSettings, type Settings, settingsFile } from './settings.ts'

export interface ReadSettings {
  readonly settings: Settings
  readonly warnings: readonly Problem[]
}

/** The settings of a project with what is doubtful about them, or everything that is wrong. A project that has none costs
 * a look for the file: the schema is loaded only for those that do, the reader of conditions for those that have some. */
export async function readSettings(project: Pick<Project, 'root' | 'stages'>): Promise<Result<ReadSettings>> {
  const path = join(project.root, settingsFile)
  const isThere = existsAsLink(path)
  if (!isThere && !project.stages.some((stage) => stage.meta?.has('restage')))
    return ok({ settings: noSettings, warnings: [] })
  const text = isThere ? readText(path, settingsFile) : ok('')
  if (!text.ok) return failed(...text.problems)
  const { parseSettings } = await import('./parse-settings.ts')
  const parsed = parseSettings(text.value, project)
  if (!parsed.ok) return parsed
  const { settings, conditions, warnings } = parsed.value
  if (conditions.length === 0) return ok({ settings: { ...settings, conditionOf: () => undefined }, warnings })
  const { compileConditions } = await import('./condition/compile-conditions.ts')
  const compiled = compileConditions(conditions, project)
  if (!compiled.ok) return failed(...compiled.problems)
  return ok({ settings: { ...settings, conditionOf: ({ id }) => compiled.value.get(id) }, warnings })
}
