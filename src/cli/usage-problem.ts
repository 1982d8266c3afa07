import type { Command, CommanderError } from 'commander'
import { nearestName } from '../base/nearest-name.ts'
import type { Problem } from '../base/problem.ts'
import { cliProblems } from './problems.ts'

/** What commander found wrong with a call, in our words and with the nearest right name. */
export function usageProblem(error: CommanderError, command: Command): Problem {
  const called = calledAs(command)
  const message = error.message.replace(/^error: /, '').replace(/\n\(Did you mean .*$/s, '')
  if (error.code === 'commander.unknownOption') {
    const name = quoted(message)
    return cliProblems.unknownOption(name, called, nearestName(name, optionNames(command)))
  }
  if (error.code === 'commander.unknownCommand') return unknownCommand(quoted(message), command)
  return cliProblems.invalidCall(sentence(message), called)
}

/** The program has no command of that name. */
export function unknownCommand(name: string, program: Command): Problem {
  return cliProblems.unknownCommand(name, nearestName(name, commandNames(program)))
}

/** How a command is called: `restage run`. */
export function calledAs(command: Command): string {
  return command.parent === null ? command.name() : `${calledAs(command.parent)} ${command.name()}`
}

/** The names of a program's commands, other names included. */
export function commandNames(program: Command): readonly string[] {
  return program.commands.flatMap((command) => [command.name(), ...command.aliases()])
}

function optionNames(command: Command): readonly string[] {
  const own = command.options.filter((option) => !option.hidden).flatMap((option) => [option.long, option.short])
  return [...own, '--help', ...(command.parent === null ? [] : optionNames(command.parent))].filter(
    (name) => name !== undefined,
  )
}

function quoted(message: string): string {
  return /'([^']*)'/.exec(message)?.[1] ?? message
}

// commander: `option '-j, --jobs <number>' argument 'many' is invalid. Expected …`
function sentence(message: string): string {
  const text = message.replaceAll("'", '`').replace(/\.$/, '').replace('. ', ': ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
