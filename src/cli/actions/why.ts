import { showControls } from '../../base/terminal-text.ts'
import { unreachable } from '../../base/unreachable.ts'
import { addressFrom } from '../../model/address.ts'
import { selectStages } from '../../model/select-stages.ts'
import { kindOfPath } from '../../base/file-kind.ts'
import { isUnmet } from '../../observe/count-text.ts'
import { describeReason } from '../../observe/describe-reason.ts'
import { type CauseLine, explain, type Explanation } from '../../plan/explain.ts'
import type { CliIo } from '../cli-io.ts'
import { answer, fail } from '../fail.ts'
import { withProject } from '../open-project.ts'
import { planTargets } from '../plan-targets.ts'
import { addressesByName } from '../shown-address.ts'
import { branches } from '../tree-lead.ts'

/** `restage why` */
export function why(io: CliIo, target: string): Promise<number> {
  return withProject(io, async (open) => {
    const { project } = open
    const { root } = project
    const selected = selectStages(
      project,
      { targets: [target], cwd: io.cwd, recursive: false, glob: false },
      kindOfPath,
    )
    if (!selected.ok) return fail(selected.problems, io, root)
    const made = await planTargets(open, io, [target], { commit: true, runCache: true })
    if (!made.ok) return fail(made.problems, io, root)
    const { plan } = made.value
    const found = selected.value.flatMap((stage) => explain(plan, addressFrom(stage, root, root)) ?? [])
    const shown = addressesByName(project, io.cwd)
    return answer(io, made.value.settingsProblems, {
      root,
      json: () => ({ stages: found.map(describeExplanation) }),
      text: () => found.map((explanation) => explanationText(explanation, shown, io)).join('\n'),
    })
  })
}

function describeExplanation({ task, lines, cutOff }: Explanation): object {
  return {
    address: task.name,
    decision: task.decision,
    causes: lines.map(({ depth, cause, upstream, isRepeated }) => ({
      depth,
      ...cause,
      ...(upstream === undefined ? {} : { upstream: upstream.name }),
      isRepeated,
    })),
    cutOff,
  }
}

function explanationText({ task, lines, cutOff }: Explanation, shown: (address: string) => string, io: CliIo): string {
  const { colors } = io.stdout
  const head = `${colors.bold(shown(task.name))}  ${isUnmet(task) ? 'skipped by condition' : task.decision}`
  const leads = branches(lines.map(({ depth }) => depth))
  const rows = lines.map((line, index) => `${colors.dim(leads[index])}${causeText(line, shown)}`)
  const cut = cutOff.map(
    ({ path, hash, stage }) =>
      `cut-off: if ${shown(stage)} writes the same ${showControls(path)} (${hash.slice(0, 8)}…), ${shown(task.name)} is skipped`,
  )
  const nothing = lines.length === 0 ? ['└─ nothing has changed since it was recorded'] : []
  return `${[head, ...rows, ...nothing, ...cut].join('\n')}\n`
}

function causeText({ cause, upstream, isRepeated }: CauseLine, shown: (address: string) => string): string {
  const more =
    upstream === undefined
      ? ''
      : `, which ${isUnmet(upstream) ? 'is skipped by condition' : doing(upstream.decision)}${isRepeated ? ' (see above)' : ''}`
  switch (cause.kind) {
    case 'reason':
      if (upstream === undefined) return describeReason(cause.reason, shown)
      if (cause.reason.code === 'condition.open') return `${describeReason(cause.reason, shown)}${more}`
      return cause.reason.path === undefined
        ? `after ${shown(upstream.name)}${more}`
        : `${showControls(cause.reason.path)}  written by ${shown(upstream.name)}${more}`
    case 'problem':
      return `${cause.problem.code}  ${showControls(cause.problem.message)}`
    case 'blocked':
      return `needs ${shown(upstream?.name ?? '')}${more}`
    default:
      return unreachable(cause)
  }
}

function doing(decision: Explanation['task']['decision']): string {
  switch (decision) {
    case 'run':
      return 'will run'
    case 'maybe':
      return 'may run'
    case 'restore':
      return 'will be restored from earlier results'
    case 'pull':
      return 'will be pulled'
    case 'verify':
      return 'will be verified'
    case 'import':
      return 'will be imported'
    case 'skip':
      return 'is skipped'
    case 'frozen':
      return 'is frozen'
    case 'blocked':
      return 'cannot run'
    default:
      return unreachable(decision)
  }
}
