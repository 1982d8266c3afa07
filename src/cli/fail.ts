import type { Problem } from '../base/problem.ts'
import type { CliIo } from './cli-io.ts'
import { exitCodeOf } from './exit-code.ts'
import { printProblems } from './print-problems.ts'

/** Says the problems that ended a command, and returns its exit code. `root`: where their files lie, if it is known.
 * `answer`: what the command's JSON holds besides. */
export function fail(problems: readonly Problem[], io: CliIo, root?: string, answer: object = {}): number {
  const exitCode = exitCodeOf(problems)
  if (io.isJson) io.stdout.write(`${JSON.stringify({ ...answer, exitCode, problems })}\n`)
  else printProblems(problems, io.stderr, root)
  return exitCode
}

/** Prints what a command found, and beside it what is wrong with the project; returns the exit code. */
export function answer(
  io: CliIo,
  problems: readonly Problem[],
  found: { readonly json: () => object; readonly text: () => string; readonly root: string },
): number {
  if (io.isJson) io.stdout.write(`${JSON.stringify({ ...found.json(), problems })}\n`)
  else {
    io.stdout.write(found.text())
    printProblems(problems, io.stderr, found.root)
  }
  return exitCodeOf(problems)
}
