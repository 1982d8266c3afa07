import { type Command, CommanderError } from 'commander'
import { fileProblem } from '../base/file-problem.ts'
import { exitCodes } from '../base/problem.ts'
import type { CliIo } from './cli-io.ts'
import { fail } from './fail.ts'
import { buildProgram } from './program.ts'
import { usageProblem } from './usage-problem.ts'

/** Carries out one call of the command line and resolves to its exit code. Never rejects. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = exitCodes.done
  const program = buildProgram(io, (code) => {
    exitCode = code
  })
  let asked: Command = program
  listenToErrors(program, (command) => {
    asked = command
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return endOfParsing(error, asked, io)
    return endOfBug(error, io)
  }
}

// Every command ends by an exception that we turn into words of our own.
function listenToErrors(command: Command, note: (command: Command) => void): void {
  command.exitOverride((error) => {
    note(command)
    throw error
  })
  command.configureOutput({ ...command.configureOutput(), outputError: () => undefined })
  command.commands.forEach((inner) => listenToErrors(inner, note))
}

function endOfParsing(error: CommanderError, command: Command, io: CliIo): number {
  if (error.exitCode === 0) return exitCodes.done // --help, --version
  return fail([usageProblem(error, command)], io)
}

function endOfBug(error: unknown, io: CliIo): number {
  const problem = fileProblem(error)
  if (problem !== undefined) {
    return fail([problem], io)
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  io.stderr.write(`${text}\n\nThis is a bug of restage ${io.version}: please report it with the lines above\n`)
  return exitCodes.projectUnusable
}
