import { createReadStream, existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { neutralizeLine } from '../../base/terminal-text.ts'
import { LogTail } from '../../observe/log-tail.ts'
import type { TaskView } from '../../observe/run-view.ts'
import { attemptLog } from '../../run/run-logs.ts'
import type { RunId } from '../../run/events.ts'
import { isRunAlive } from '../../store/read-run.ts'
import type { CliIo } from '../cli-io.ts'
import type { LogsFlags } from '../commands/logs.ts'
import { fail } from '../fail.ts'
import { findRunAndTask } from '../history/find-run-and-task.ts'
import { viewRun } from '../history/view-run.ts'
import { orFail, withHistory } from '../history/with-history.ts'
import { historyProblems } from '../history/problems.ts'

/** `restage logs` */
export function logs(io: CliIo, names: readonly (string | undefined)[], flags: LogsFlags): Promise<number> {
  return withHistory(io, (root) =>
    orFail(findRunAndTask(root, names, io), io, ({ run, task }) => {
      if (task === undefined) return fail([historyProblems.stageNotNamed('logs')], io)
      const pattern = toPattern(flags.grep)
      if (pattern === 'invalid') return fail([historyProblems.patternInvalid(flags.grep ?? '')], io)
      const log = logOf(task, flags.attempt)
      if (log === undefined || (!flags.follow && !existsSync(log)))
        return fail([historyProblems.logMissing(task.address, flags.attempt)], io)
      return print({ io, root, run, task, log, pattern, follow: flags.follow ?? false })
    }),
  )
}

function logOf({ log, attempts }: TaskView, attempt: number | undefined): string | undefined {
  if (log === undefined || attempt === undefined || attempt === attempts) return log
  return attempt > attempts ? undefined : attemptLog(log, attempt)
}

interface Printing {
  readonly io: CliIo
  readonly root: string
  readonly run: RunId
  readonly task: TaskView
  readonly log: string
  readonly pattern: RegExp | undefined
  readonly follow: boolean
}

async function print(printing: Printing): Promise<number> {
  const { io, run, task, log, pattern, follow } = printing
  // A pipe or a file gets the bytes; a terminal must not be driven by them.
  if (!io.isJson && !io.stdout.isTerminal && !follow && pattern === undefined) return await copy(log, io)
  const lines: string[] = []
  const take = (line: string): void => {
    if (pattern !== undefined && !pattern.test(line)) return
    if (io.isJson) lines.push(line)
    else io.stdout.write(`${io.stdout.isTerminal ? neutralizeLine(line, io.stdout.colors.isColorSupported) : line}\n`)
  }
  const tail = new LogTail(log)
  if (follow) await followTail(tail, take, printing)
  tail.end(take)
  if (io.isJson) io.stdout.write(`${JSON.stringify({ run, address: task.address, lines, problems: [] })}\n`)
  return 0
}

async function followTail(tail: LogTail, take: (line: string) => void, printing: Printing): Promise<void> {
  while (isUnderWay(printing)) {
    tail.read(take)
    await sleep(followMs)
  }
}

const followMs = 200

function isUnderWay({ root, run, task }: Printing): boolean {
  const state = viewRun(root, run)?.task(task.task).state
  return (state === 'running' || state === 'waiting') && isRunAlive(root, run)
}

async function copy(log: string, io: CliIo): Promise<number> {
  for await (const piece of createReadStream(log)) io.stdout.write(piece as Buffer)
  return 0
}

function toPattern(source: string | undefined): RegExp | 'invalid' | undefined {
  try {
    return source === undefined ? undefined : new RegExp(source, 'u')
  } catch {
    return 'invalid'
  }
}
