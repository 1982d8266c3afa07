import { join } from 'node:path'
import { existsAsLink } from '../base/file-kind.ts'
import type { Problem } from '../base/problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import type { Project } from '../model/project.ts'
import { readText } from '../project/read-text.ts'
import { noSettings, type Settings, settingsFile } from './settings.ts'

/** The settings of a project with what is doubtful about them, or everything that is wrong. A project that has none costs
 * a look for the file: the schema is loaded only for those that do. */
export async function readSettings(
  project: Pick<Project, 'root' | 'stages'>,
): Promise<Result<{ readonly settings: Settings; readonly warnings: readonly Problem[] }>> {
  const path = join(project.root, settingsFile)
  const isThere = existsAsLink(path)
  if (!isThere && !project.stages.some((stage) => stage.meta?.has('restage')))
    return ok({ settings: noSettings, warnings: [] })
  const text = isThere ? readText(path, settingsFile) : ok('')
  if (!text.ok) return failed(...text.problems)
  const { parseSettings } = await import('./parse-settings.ts')
  return parseSettings(text.value, project)
}
