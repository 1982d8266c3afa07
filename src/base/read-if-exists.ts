import { readFileSync } from 'node:fs'
import { errnoOf } from './file-problem.ts'

/** The text of a file; `undefined` if there is none. Throws Node's other file errors. */
export function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
