import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { breathe } from '../../base/breathe.ts'
import type { Problem } from '../../base/problem.ts'
import { processesWith } from '../../base/platform.ts'
import { unreachable } from '../../base/unreachable.ts'
import type { Workspace } from '../../cache/workspace.ts'
import { collectRecord } from '../../run/collect-record.ts'
import type { AttemptRequest, AttemptSignals, Engine, StageResult } from '../../run/engine.ts'
import type { FailureReason } from '../../run/events.ts'
import { problemReason } from '../../run/failure.ts'
import { runProblems } from '../../run/problems.ts'
import { askFishVersion, chooseShell, type Shell } from './choose-shell.ts'
import { runCommand } from './command-process.ts'
import { type CommandEnd, SpawnHelper } from './spawn-helper.ts'
import { splitCommand } from './split-command.ts'

/** Runs attempts as processes of this machine, in the project's own folders. */
export class LocalEngine implements Engine, AsyncDisposable {
  readonly name = 'local'
  readonly #workspace: Workspace
  readonly #env: NodeJS.ProcessEnv
  readonly #helper: SpawnHelper
  #shell: Promise<Shell> | undefined

  /** `env`: what commands inherit. */
  constructor(workspace: Workspace, env: NodeJS.ProcessEnv) {
    this.#workspace = workspace
    this.#env = env
    // DVC's variable (`stage/run.py::prepare_kwargs`), and unbuffered Python, because the output goes to a file.
    this.#helper = new SpawnHelper({ DVC_ROOT: workspace.root, PYTHONUNBUFFERED: '1', ...env })
  }

  async run(attempt: AttemptRequest, signals: AttemptSignals): Promise<StageResult> {
    const { log } = attempt
    if (!existsSync(dirname(log))) mkdirSync(dirname(log), { recursive: true })
    const failure = await this.#runCommands(attempt, signals)
    if (failure !== undefined) {
      this.#tellLeft(attempt)
      return { ...failure, log }
    }
    attempt.onCommandsEnded()
    // Whoever may start now starts first.
    await breathe()
    const collected = await collectRecord(attempt.stage, attempt.previous, this.#workspace)
    if (collected.ok) return { outcome: 'succeeded', exit: 0, ...collected.value, log }
    return { outcome: 'failed', exit: 0, reason: problemReason(collected.problems), problems: collected.problems, log }
  }

  /** Ends the helper process; call when no attempt is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#helper.close()
  }

  // The group has ended. What has left it, with `setsid`, still has the variables of the stage.
  #tellLeft({ address, env, warn }: AttemptRequest): void {
    const root = env['DVC_ROOT'] ?? this.#env['DVC_ROOT'] ?? this.#workspace.root
    const left = processesWith({ DVC_ROOT: root, DVC_STAGE: address })
    if (left.length > 0) warn(runProblems.processesLeft(address, left))
  }

  // The first command that fails ends the attempt, as in DVC.
  async #runCommands(attempt: AttemptRequest, signals: AttemptSignals): Promise<Ended | undefined> {
    const { program, args } = await (this.#shell ??= chooseShell(this.#env, askFishVersion))
    const { stage, log } = attempt
    const env = { ...attempt.env, DVC_STAGE: attempt.address }
    for (const command of splitCommand(stage.cmd ?? [])) {
      if (signals.stop.aborted) return { outcome: 'cancelled', exit: undefined }
      attempt.onCommand(command)
      const start = { program, args: [...args, command], cwd: stage.wdir, log, env }
      const end = await runCommand(this.#helper, start, signals)
      if (end.kind === 'exit' && end.code === 0) continue
      const exit = end.kind === 'exit' ? end.code : undefined
      if (signals.stop.aborted || signals.kill.aborted) return { outcome: 'cancelled', exit }
      return { outcome: 'failed', exit, ...explain(end, command, program, attempt) }
    }
    return undefined
  }
}

type Ended =
  | { readonly outcome: 'cancelled'; readonly exit: number | undefined }
  | ({ readonly outcome: 'failed'; readonly exit: number | undefined } & Explained)

interface Explained {
  readonly reason: FailureReason
  readonly problems: readonly Problem[]
}

function explain(end: CommandEnd, command: string, shell: string, { stage, address, log }: AttemptRequest): Explained {
  switch (end.kind) {
    case 'exit':
      return {
        reason: { kind: 'exit', code: end.code, command },
        problems: [runProblems.commandFailed(address, command, `exit code ${end.code}`, stage.at)],
      }
    case 'signal':
      return {
        reason: { kind: 'signal', signal: end.signal, command },
        problems: [runProblems.commandFailed(address, command, `signal ${end.signal}`, stage.at)],
      }
    case 'not-started': {
      const problem =
        end.what === 'log'
          ? runProblems.logFailed(address, log, end.errno, stage.at)
          : runProblems.shellMissing(address, shell, end.errno, stage.at)
      return { reason: problemReason([problem]), problems: [problem] }
    }
    case 'lost': {
      const problem = runProblems.commandLost(address, command, stage.at)
      return { reason: problemReason([problem]), problems: [problem] }
    }
    default:
      return unreachable(end)
  }
}
