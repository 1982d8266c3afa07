import type { Command } from 'commander'
import type { completionShells } from '../commands/completion.ts'

type Shell = (typeof completionShells)[number]

/** A script that teaches a shell the program's commands and options. Stages and runs are asked of the project at hand. */
export function completionScript(shell: Shell, program: Command): string {
  return scripts[shell](program)
}

const scripts: Readonly<Record<Shell, (program: Command) => string>> = { bash, zsh, fish }

const stageNames = 'restage stages --name-only 2>/dev/null'
const runIds = 'restage runs --name-only 2>/dev/null'

function bash(program: Command): string {
  const cases = program.commands.map(
    (command) =>
      `    ${names(command).join('|')}) words="${optionsOf(command, program).join(' ')}${namesIn(command)}" ;;`,
  )
  return `# restage completion for bash
_restage() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$command" in
    "") words="${[...program.commands.flatMap(names), ...ownOptions(program)].join(' ')}" ;;
${cases.join('\n')}
    *) words="" ;;
  esac
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))
}
COMP_WORDBREAKS=\${COMP_WORDBREAKS//[:@]/}
complete -o filenames -F _restage restage
`
}

function zsh(program: Command): string {
  const cases = program.commands.map((command) => {
    const asked = questionsOf(command).map((question) => ` \${(f)"$(${question})"}`)
    return `    ${names(command).join('|')}) candidates=(${optionsOf(command, program).join(' ')}${asked.join('')}) ;;`
  })
  return `#compdef restage
# restage completion for zsh
_restage() {
  local command="" word
  local -a candidates
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$command" in
    "") candidates=(${[...program.commands.flatMap(names), ...ownOptions(program)].join(' ')}) ;;
${cases.join('\n')}
  esac
  compadd -- $candidates
  _files
}
compdef _restage restage
`
}

function fish(program: Command): string {
  const none = `__fish_use_subcommand`
  const commands = program.commands.map(
    (command) => `complete -c restage -n ${none} -f -a ${command.name()} -d ${fishText(command.description())}`,
  )
  const options = program.commands.flatMap((command) =>
    command.options.map((option) => {
      const flags = [option.short && `-s ${option.short.slice(1)}`, option.long && `-l ${option.long.slice(2)}`]
        .filter(Boolean)
        .join(' ')
      return `complete -c restage -n '__fish_seen_subcommand_from ${names(command).join(' ')}' ${flags} -d ${fishText(option.description)}`
    }),
  )
  const asked = program.commands.flatMap((command) =>
    questionsOf(command).map(
      (question) =>
        `complete -c restage -n '__fish_seen_subcommand_from ${names(command).join(' ')}' -a '(${question})'`,
    ),
  )
  return ['# restage completion for fish', ...commands, ...options, ...asked, ''].join('\n')
}

function names(command: Command): readonly string[] {
  return [command.name(), ...command.aliases()]
}

function ownOptions(command: Command): readonly string[] {
  return [
    ...command.options.flatMap((option) => [option.short, option.long].filter((name) => name !== undefined)),
    '--help',
  ]
}

function optionsOf(command: Command, program: Command): readonly string[] {
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? [])
  const topics = command.name() === 'help' ? [...program.commands.map((other) => other.name()), 'exit-codes'] : []
  const last = command.registeredArguments.some((argument) => argument.name() === 'run') ? ['last'] : []
  return [...ownOptions(command), '--cd', ...choices, ...topics, ...last]
}

/** Calls that tell what may stand as the command's arguments. */
function questionsOf(command: Command): readonly string[] {
  const takes = (...kinds: readonly string[]): boolean =>
    command.registeredArguments.some((argument) => kinds.includes(argument.name()))
  return [...(takes('run') ? [runIds] : []), ...(takes('targets', 'target', 'stage') ? [stageNames] : [])]
}

function namesIn(command: Command): string {
  return questionsOf(command)
    .map((question) => ` $(${question})`)
    .join('')
}

function fishText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
