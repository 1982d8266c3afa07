import { Argument, Command } from 'commander'
import type { Execute } from '../execute.ts'
import { examples } from '../options.ts'

/** Shells that a completion script can be written for. */
export const completionShells = ['bash', 'zsh', 'fish'] as const

export function completionCommand(execute: Execute): Command {
  const command = new Command('completion')
    .description('Print a script that completes commands, options and stages in your shell')
    .addArgument(new Argument('<shell>').choices(completionShells))
  examples(command, [
    ['source <(restage completion bash)', 'in ~/.bashrc'],
    ['source <(restage completion zsh)', 'in ~/.zshrc, after compinit'],
    ['restage completion fish | source', 'in ~/.config/fish/config.fish'],
  ])
  return command.action((shell: (typeof completionShells)[number]) =>
    execute(async (io) => {
      const { completionScript } = await import('../actions/completion-script.ts')
      io.stdout.write(completionScript(shell, command.parent!))
      return 0
    }),
  )
}
