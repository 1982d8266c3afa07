import { Command } from 'commander'
import type { CliIo } from './cli-io.ts'
import { checkoutCommand } from './commands/checkout.ts'
import { commitCommand } from './commands/commit.ts'
import { completionCommand } from './commands/completion.ts'
import { dagCommand } from './commands/dag.ts'
import { fetchCommand } from './commands/fetch.ts'
import { helpCommand } from './commands/help.ts'
import { planCommand } from './commands/plan.ts'
import { pullCommand } from './commands/pull.ts'
import { pushCommand } from './commands/push.ts'
import { runCommand } from './commands/run.ts'
import { stagesCommand } from './commands/stages.ts'
import { statusCommand } from './commands/status.ts'
import { updateCommand } from './commands/update.ts'
import { whyCommand } from './commands/why.ts'
import { cancelCommand } from './commands/cancel.ts'
import { logsCommand } from './commands/logs.ts'
import { replayCommand } from './commands/replay.ts'
import { retryCommand } from './commands/retry.ts'
import { runsCommand } from './commands/runs.ts'
import { showCommand } from './commands/show.ts'
import { type Execute, executeIn } from './execute.ts'
import { examples } from './options.ts'

/** The tree of commands. What a command does is imported when it is called; the tree itself is light, because `--help`
 * and every mistyped call build it. `setExitCode` receives the exit code of the command that was called. */
export function buildProgram(io: CliIo, setExitCode: (code: number) => void): Command {
  const program = new Command('restage')
  const execute: Execute = executeIn(io, program, setExitCode)
  program
    .description('Runs the stages of a DVC project side by side. Without a command: the state of the project.')
    .version(io.version, '-V, --version', 'print the version')
    .option('--cd <folder>', 'go to this folder first')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .allowExcessArguments(true)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeOut: io.stdout.write, writeErr: io.stderr.write })
    .action(() => execute(async (context) => (await import('./actions/overview.ts')).overview(context, program)))
  examples(program, [
    ['restage', 'what changed, and what to do next'],
    ['restage run', 'bring the project up to date'],
    ['restage plan', 'what a run would do, and why'],
    ['restage help exit-codes', 'the meaning of exit codes'],
  ])
  for (const build of builders) program.addCommand(inherit(build(execute), program))
  return program
}

const builders = [
  runCommand,
  planCommand,
  whyCommand,
  statusCommand,
  stagesCommand,
  dagCommand,
  checkoutCommand,
  commitCommand,
  fetchCommand,
  pullCommand,
  pushCommand,
  updateCommand,
  runsCommand,
  showCommand,
  logsCommand,
  retryCommand,
  cancelCommand,
  replayCommand,
  completionCommand,
  helpCommand,
]

function inherit(command: Command, program: Command): Command {
  return command.copyInheritedSettings(program).allowExcessArguments(false).helpOption('-h, --help', 'show help')
}
