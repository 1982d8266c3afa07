import type { Problem, SourceRange } from '../base/problem.ts'

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

  twoOnStdout(): Problem {
    return usage('USAGE_INVALID', '`--json` and `--events -` both want stdout', 'Write the events to a file')
  },

  folderMissing(folder: string): Problem {
    return usage('USAGE_FOLDER_MISSING', `There is no folder \`${folder}\` to go to`, 'Correct the folder after `--cd`')
  },

  notAnImport(stage: string, at: SourceRange): Problem {
    return {
      ...usage('NOT_AN_IMPORT', `\`${stage}\` is no import, so it has no source to be updated from`, updateHint),
      stage,
      at,
    }
  },

  noRevision(stage: string, at: SourceRange): Problem {
    return {
      ...usage('NOT_AN_IMPORT', `Import \`${stage}\` has no revisions: it is not from a git repository`, revHint),
      stage,
      at,
    }
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

const updateHint = 'Name .dvc files that `dvc import` or `dvc import-url` made'
const revHint = 'Leave out `--rev`'

function usage(code: string, message: string, hint: string): Problem {
  return { code, severity: 'error', message, hint }
}
