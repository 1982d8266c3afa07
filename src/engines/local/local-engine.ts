import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Problem } from '../../base/problem.ts'
import { unreachable } from '../../base/unreachable.ts'
import type { Workspace } from '../../cache/workspace.ts'
import { collectRecord } from '../../run/collect-record.ts'
import type { AttemptRequest, AttemptSignals, Engine, StageResult } from '../../run/engine.ts'
import type { FailureReason } from '../../run/events.ts'
import { problemReason } from '../../run/failure.ts'
import { runProblems } from '../../run/problems.ts'
import { askFishVersion, chooseShell } from './choose-shell.ts'
import { type CommandEnd, runCommand } from './command-process.ts'
import { splitCommand } from './split-command.ts'

/** Runs attempts as processes of this machine, in the project's own folders. */
export class LocalEngine implements Engine {
  readonly name = 'local'
  readonly #workspace: Workspace
  readonly #env: NodeJS.ProcessEnv

  constructor(workspace: Workspace, env: NodeJS.ProcessEnv) {
    this.#workspace = workspace
    this.#env = env
  }

  async run(attempt: AttemptRequest, signals: AttemptSignals): Promise<StageResult> {
    const { log } = attempt
    mkdirSync(dirname(log), { recursive: true })
    const logFd = openSync(log, 'a')
    try {
      const failure = await this.#runCommands(attempt, logFd, signals)
      if (failure !== undefined) return { ...failure, log }
    } finally {
      closeSync(logFd)
    }
    const collected = await collectRecord(attempt.stage, attempt.previous, this.#workspace)
    if (collected.ok) return { outcome: 'succeeded', exit: 0, ...collected.value, log }
    return { outcome: 'failed', exit: 0, reason: problemReason(collected.problems), problems: collected.problems, log }
  }

  // The first command that fails ends the attempt, as in DVC.
  async #runCommands(attempt: AttemptRequest, logFd: number, signals: AttemptSignals): Promise<Ended | undefined> {
    const shell = await chooseShell(this.#env, askFishVersion)
    const env = this.#commandEnv(attempt)
    for (const command of splitCommand(attempt.stage.cmd ?? [])) {
      if (signals.stop.aborted) return { outcome: 'cancelled', exit: undefined }
      attempt.onCommand(command)
      const end = await runCommand(shell.program, [...shell.args, command], {
        cwd: attempt.stage.wdir,
        env,
        logFd,
        signals,
      })
      if (end.kind === 'exit' && end.code === 0) continue
      const exit = end.kind === 'exit' ? end.code : undefined
      if (signals.stop.aborted || signals.kill.aborted) return { outcome: 'cancelled', exit }
      return { outcome: 'failed', exit, ...explain(end, command, shell.program, attempt) }
    }
    return undefined
  }

  /** DVC's two variables (`stage/run.py::prepare_kwargs`), and unbuffered Python, because the output goes to a file. */
  #commandEnv(attempt: AttemptRequest): NodeJS.ProcessEnv {
    return {
      DVC_ROOT: this.#workspace.root,
      PYTHONUNBUFFERED: '1',
      ...this.#env,
      ...attempt.env,
      DVC_STAGE: attempt.address,
    }
  }
}

type Ended =
  | { readonly outcome: 'cancelled'; readonly exit: number | undefined }
  | ({ readonly outcome: 'failed'; readonly exit: number | undefined } & Explained)

interface Explained {
  readonly reason: FailureReason
  readonly problems: readonly Problem[]
}

function explain(end: CommandEnd, command: string, shell: string, { stage, address }: AttemptRequest): Explained {
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
      const problems = [runProblems.shellMissing(address, shell, end.error.code ?? end.error.message, stage.at)]
      return { reason: problemReason(problems), problems }
    }
    default:
      return unreachable(end)
  }
}
