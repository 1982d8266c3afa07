import { readFileSync } from 'node:fs'
import { fileProblem } from '../base/file-problem.ts'
import { failed, ok, type Result } from '../base/result.ts'
import { textProblems } from './problems.ts'

/** The text of a UTF-8 file; a byte order mark stays. `file` is its name in problems. */
export function readText(path: string, file: string): Result<string> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path)))
  } catch (error) {
    const problem = fileProblem(error)
    if (problem !== undefined) return failed({ ...problem, at: { file, line: 1, column: 1 } })
    if (error instanceof TypeError) return failed(textProblems.notUtf8(file))
    throw error
  }
}
