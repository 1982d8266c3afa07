import { Command } from 'commander'
import { nearestName } from '../../base/nearest-name.ts'
import type { Execute } from '../execute.ts'
import { exitCodeMeanings } from '../exit-code.ts'
import { fail } from '../fail.ts'
import { examples } from '../options.ts'
import { cliProblems } from '../problems.ts'
import { commandNames } from '../usage-problem.ts'

export function helpCommand(execute: Execute): Command {
  const command = new Command('help')
    .description('Show help on a command, or on `exit-codes`')
    .argument('[topic]', 'a command, or `exit-codes`')
  examples(command, [
    ['restage help run', 'the same as `restage run --help`'],
    ['restage help exit-codes', 'what each exit code means'],
  ])
  return command.action((topic: string | undefined) =>
    execute(async (io) => {
      const program = command.parent!
      if (topic === 'exit-codes') io.stdout.write(exitCodeTable())
      else {
        const found = topic === undefined ? program : findCommand(program, topic)
        if (found === undefined) return fail([cliProblems.unknownTopic(topic!, nearestTopic(topic!, program))], io)
        found.outputHelp()
      }
      return 0
    }),
  )
}

function findCommand(program: Command, name: string): Command | undefined {
  return program.commands.find((command) => command.name() === name || command.aliases().includes(name))
}

function nearestTopic(topic: string, program: Command): string | undefined {
  return nearestName(topic, [...commandNames(program), 'exit-codes'])
}

function exitCodeTable(): string {
  return exitCodeMeanings.map(([code, meaning]) => `${String(code).padStart(8)}  ${meaning}\n`).join('')
}
