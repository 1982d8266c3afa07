import { kindOfPath } from '../../base/file-kind.ts'
import { exitCodes, type Problem } from '../../base/problem.ts'
import { showControls } from '../../base/terminal-text.ts'
import { addressFrom } from '../../model/address.ts'
import { selectData } from '../../model/select-data.ts'
import {
  dvcStatusEntries,
  type DvcStates,
  type DvcStatusEntry,
  projectStatus,
  type StageReport,
} from '../../plan/project-status.ts'
import type { CliIo } from '../cli-io.ts'
import type { StatusFlags } from '../commands/status.ts'
import { answer, fail } from '../fail.ts'
import { withProject } from '../open-project.ts'
import { whileHashing } from '../progress-line.ts'
import { addressesFrom } from '../shown-address.ts'

/** `restage status` */
export function status(io: CliIo, targets: readonly string[], flags: StatusFlags): Promise<number> {
  return withProject(
    io,
    async ({ project, workspace, nothingToDo }) => {
      const { root } = project
      const request = { targets, cwd: io.cwd, recursive: flags.recursive ?? false, withDeps: flags.withDeps ?? false }
      const selected = selectData(project, request, kindOfPath)
      if (!selected.ok) return fail(selected.problems, io, root, { stages: [] })
      const look = (): ReturnType<typeof projectStatus> =>
        projectStatus(project, workspace, selected.value, { updates: flags.updates })
      const reports = await (flags.quiet ? look() : whileHashing(io, look))
      const problems = [
        ...project.problems,
        ...reports.flatMap(({ status: verdict }) => (verdict.ok ? [] : verdict.problems)),
        ...withoutRepeats(reports.flatMap(({ warnings }) => warnings)),
      ]
      const isChanged = reports.some((report) => entriesOf(report, root, root).length > 0)
      const said =
        flags.quiet && !io.isJson
          ? fail(problems, io, root)
          : answer(io, problems, {
              root,
              json: () => ({ stages: reports.map((report) => describeReport(report, root)) }),
              text: () => statusText(reports, root, io.cwd, problems),
            })
      if (said === exitCodes.done && !isChanged && problems.length === 0 && targets.length === 0)
        await nothingToDo(reports.map(({ stage }) => stage))
      if (said !== exitCodes.done || !isChanged) return said
      if (flags.exitCode) return exitCodes.workToDo
      // As `dvc status -q`.
      return flags.quiet ? 1 : exitCodes.done
    },
    { nothingDone: { stages: [] }, asDvcSees: true },
  )

  function statusText(
    reports: readonly StageReport[],
    root: string,
    cwd: string,
    problems: readonly Problem[],
  ): string {
    const { colors } = io.stdout
    const address = addressesFrom({ root }, cwd)
    const blocks = reports.flatMap((report) => {
      const entries = entriesOf(report, root, cwd)
      return entries.length === 0
        ? []
        : [`${colors.bold(address(report.stage))}:\n`, ...entries.map((entry) => entryText(entry))]
    })
    if (blocks.length > 0) return blocks.join('')
    if (problems.some(({ severity }) => severity === 'error')) return ''
    return reports.length === 0
      ? 'There are no data or pipelines tracked in this project yet.\n'
      : 'Data and pipelines are up to date.\n'
  }
}

// A repository that cannot be asked is told once, however many imports come from it.
function withoutRepeats(warnings: readonly Problem[]): readonly Problem[] {
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()]
}

function entriesOf({ status: verdict }: StageReport, root: string, cwd: string): readonly DvcStatusEntry[] {
  return verdict.ok ? dvcStatusEntries(verdict.value, { root, cwd }) : []
}

function describeReport(report: StageReport, root: string): object {
  const address = addressFrom(report.stage, root, root)
  if (!report.status.ok) return { address, state: 'broken', changes: [], reasons: [] }
  const changes = entriesOf(report, root, root)
  return {
    address,
    state: changes.length === 0 ? 'up-to-date' : 'changed',
    changes,
    reasons: report.status.value.reasons,
  }
}

// DVC's layout, which people know and scripts match on: a tab for each level, states in a column of 20.
function entryText(entry: DvcStatusEntry): string {
  if (typeof entry === 'string') return `\t${entry}\n`
  return Object.entries(entry)
    .map(([title, states]) => `\t${title}:\n${statesText(states, '\t\t')}`)
    .join('')
}

function statesText(states: DvcStates, indent: string): string {
  return Object.entries(states)
    .map(([path, state]) => {
      if (typeof state !== 'string') return `${indent}${showControls(path)}:\n${statesText(state, `${indent}\t`)}`
      return `${indent}${`${state}:`.padEnd(20)}${showControls(path)}\n`
    })
    .join('')
}
