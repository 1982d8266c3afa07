import { existsSync, readdirSync } from 'node:fs'
import { errnoOf } from './file-problem.ts'

/** Names in a folder; none if it is not there, which is asked first because an exception costs more. Throws Node's other
 * file errors. */
export function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
