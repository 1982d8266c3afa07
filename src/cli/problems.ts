import type { Problem } from '../base/problem.ts'

/** The wording of mistakes in calling the program. */
export const cliProblems = {
  unknownCommand(name: string, nearest: string | undefined): Problem {
    const hint = nearest === undefined ? '`restage --help` lists the commands' : `Did you mean \`restage ${nearest}\`?`
    return usage('USAGE_UNKNOWN_COMMAND', `There is no command \`${name}\``, hint)
  },

  unknownOption(name: string, command: string, nearest: string | undefined): Problem {
    const hint = nearest === undefined ? `\`${command} --help\` lists the options` : `Did you mean \`${nearest}\`?`
    return usage('USAGE_UNKNOWN_OPTION', `\`${command}\` has no option \`${name}\``, hint)
  },

  invalidCall(message: string, command: string): Problem {
    return usage('USAGE_INVALID', message, `\`${command} --help\` shows how it is called`)
  },

  unknownTopic(topic: string, nearest: string | undefined): Problem {
    const hint =
      nearest === undefined ? 'Topics are the commands and `exit-codes`' : `Did you mean \`restage help ${nearest}\`?`
    return usage('USAGE_UNKNOWN_TOPIC', `There is no help on \`${topic}\``, hint)
  },

  folderMissing(folder: string): Problem {
    return usage('USAGE_FOLDER_MISSING', `There is no folder \`${folder}\` to go to`, 'Correct the folder after `--cd`')
  },

  notARepository(folder: string): Problem {
    return {
      code: 'NOT_A_REPOSITORY',
      severity: 'error',
      message: `\`${folder}\` is not inside a DVC project: neither it nor a folder above has a folder \`.dvc\``,
      hint: 'Go to your project, or name it with `--cd`; `dvc init` makes a new one',
    }
  },
}

function usage(code: string, message: string, hint: string): Problem {
  return { code, severity: 'error', message, hint }
}
