import { relativeTo } from '../../base/paths.ts'
import type { Project } from '../../model/project.ts'
import { formatFailures, formatSummary, type SummaryOptions } from '../../observe/run-summary.ts'
import { liveScreen, plainScreen, type Screen } from '../../observe/screen.ts'
import { TextReporter } from '../../observe/text-reporter.ts'
import type { RunEvent } from '../../run/events.ts'
import type { CliIo, Output } from '../cli-io.ts'
import type { RunFlags } from '../commands/run.ts'
import { addressesByName } from '../shown-address.ts'

/** Shows a run to people while it is under way. */
export interface Progress {
  readonly report: (event: RunEvent) => void
  /** The run has ended: no more events come. */
  readonly stop: () => void
  /** Prints the end of the run. */
  readonly summarize: (next: SummaryOptions['next']) => void
}

const tickMs = 100

/** Shows a run as the flags ask. With `--json` and `--events -` stdout belongs to machines: people are told only if they ask, on stderr. */
export function openProgress(io: CliIo, flags: RunFlags, project: Project): Progress {
  const output = io.isJson || flags.events === '-' ? io.stderr : io.stdout
  const mode = progressMode(io, output, flags)
  const shown = addressesByName(project, io.cwd)
  const reporter = new TextReporter({
    screen: screenFor(mode, output),
    colors: output.colors,
    outputLogs: mode === 'none' ? 'none' : flags.outputLogs,
    verbose: flags.verbose ?? false,
    groups: mode === 'plain' && io.env.GITHUB_ACTIONS === 'true',
    shown,
    clock: Date.now,
  })
  const timer = setInterval(() => reporter.tick(), tickMs)
  return {
    report: (event) => reporter.report(event),
    stop: () => clearInterval(timer),
    summarize: (next) => {
      const { view } = reporter
      const shownLog = (file: string): string => relativeTo(io.cwd, file)
      // Quiet is for scheduled runs: what failed is worth a mail.
      if (flags.quiet) io.stderr.write(formatFailures(view, { colors: io.stderr.colors, shown, shownLog }))
      else output.write(formatSummary(view, { colors: output.colors, shown, shownLog, next }))
    },
  }
}

type Mode = 'plain' | 'fancy' | 'none'

function progressMode(io: CliIo, output: Output, { progress, quiet, interactive }: RunFlags): Mode {
  if (quiet) return 'none'
  // Lines at the bottom would run over the questions.
  if (interactive && progress === 'auto') return 'plain'
  if (progress !== 'auto') return progress
  if (io.isJson) return 'none'
  return output.isTerminal && io.env.TERM !== 'dumb' && !io.env.CI ? 'fancy' : 'plain'
}

function screenFor(mode: Mode, output: Output): Screen {
  if (mode === 'none') return plainScreen(() => undefined)
  return mode === 'fancy' ? liveScreen(output.write, () => output.size().columns) : plainScreen(output.write)
}
