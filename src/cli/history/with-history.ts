import { findRoot } from '../../project/find-root.ts'
import type { Result } from '../../base/result.ts'
import type { CliIo } from '../cli-io.ts'
import { fail } from '../fail.ts'
import { cliProblems } from '../problems.ts'

/** Calls `body` with the root of the project around the working directory. History is read without loading the project:
 * it must be readable when dvc.yaml is broken. */
export async function withHistory(io: CliIo, body: (root: string) => Promise<number> | number): Promise<number> {
  const root = findRoot(io.cwd)
  return root === undefined ? fail([cliProblems.notARepository(io.cwd)], io) : await body(root)
}

/** Goes on with a value, or says why there is none. */
export function orFail<T>(
  result: Result<T>,
  io: CliIo,
  next: (value: T) => Promise<number> | number,
): Promise<number> | number {
  return result.ok ? next(result.value) : fail(result.problems, io)
}
