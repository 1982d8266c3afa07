import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { relativeTo } from '../../base/paths.ts'
import { fileProblem } from '../../base/file-problem.ts'
import { formatSummary } from '../../observe/run-summary.ts'
import { plainScreen } from '../../observe/screen.ts'
import { TextReporter } from '../../observe/text-reporter.ts'
import { findRoot } from '../../project/find-root.ts'
import type { RunEvent } from '../../run/events.ts'
import { parseEvents } from '../../store/read-run.ts'
import type { CliIo } from '../cli-io.ts'
import { fail } from '../fail.ts'
import { viewOf } from '../history/view-run.ts'
import { historyProblems } from '../history/problems.ts'

/** `restage replay` */
export async function replay(io: CliIo, file: string): Promise<number> {
  // Logs are shown as far as they are here.
  const root = findRoot(io.cwd) ?? io.cwd
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : resolve(io.cwd, file), 'utf8')
  } catch (error) {
    const problem = fileProblem(error)
    if (problem === undefined) throw error
    return fail([problem], io)
  }
  const events = parseEvents(text, root)
  const view = viewOf(events)
  if (view === undefined) return fail([historyProblems.noEvents(file)], io)
  if (io.isJson) io.stdout.write(`${JSON.stringify(toJson(view, events))}\n`)
  else tell(events, root, io)
  return 0
}

function toJson({ run, tasks }: NonNullable<ReturnType<typeof viewOf>>, events: readonly RunEvent[]): object {
  const end = events.find((event) => event.type === 'run-ended')
  return {
    run,
    exitCode: end?.type === 'run-ended' ? end.exitCode : null,
    tasks: tasks.map(({ address, state, exit }) => ({ address, result: state, exit: exit ?? null })),
    problems: [],
  }
}

function tell(events: readonly RunEvent[], root: string, io: CliIo): void {
  let now = 0
  const shown = (address: string): string => address
  const { colors } = io.stdout
  const reporter = new TextReporter({
    screen: plainScreen(io.stdout.write),
    colors,
    outputLogs: 'all',
    followLogs: false,
    verbose: false,
    groups: false,
    shown,
    clock: () => now,
  })
  for (const event of events) {
    now = Date.parse(event.at)
    reporter.report(event)
  }
  const shownLog = (log: string): string => relativeTo(root, log)
  io.stdout.write(formatSummary(reporter.view, { colors, shown, shownLog, next: [] }))
}
