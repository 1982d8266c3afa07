import { kindOfPath } from '../../base/file-kind.ts'
import { relativeTo } from '../../base/paths.ts'
import { ok, type Result } from '../../base/result.ts'
import { padColumns, showControls } from '../../base/terminal-text.ts'
import { addressFrom } from '../../model/address.ts'
import type { Project } from '../../model/project.ts'
import { selectStages } from '../../model/select-stages.ts'
import type { Out, Stage } from '../../model/stage.ts'
import type { CliIo } from '../cli-io.ts'
import type { StagesFlags } from '../commands/stages.ts'
import { answer, fail } from '../fail.ts'
import { withProject } from '../open-project.ts'
import { addressesFrom } from '../shown-address.ts'

/** `restage stages` */
export function stages(io: CliIo, targets: readonly string[], flags: StagesFlags): Promise<number> {
  return withProject(
    io,
    async ({ project }) => {
      const selected = select(project, io.cwd, targets, flags)
      if (!selected.ok) return fail(selected.problems, io, project.root, { stages: [] })
      return answer(io, project.problems, {
        root: project.root,
        json: () => ({ stages: selected.value.map((stage) => describeStage(stage, project.root)) }),
        text: () => listing(selected.value, addressesFrom(project, io.cwd), flags.nameOnly ?? false),
      })
    },
    { nothingDone: { stages: [] } },
  )
}

function select(
  project: Project,
  cwd: string,
  targets: readonly string[],
  flags: StagesFlags,
): Result<readonly Stage[]> {
  if (targets.length === 0 && !flags.glob) return ok(project.stages.filter((stage) => stage.kind === 'pipeline'))
  return selectStages(
    project,
    { targets, cwd, recursive: flags.recursive ?? false, glob: flags.glob ?? false },
    kindOfPath,
  )
}

/** One stage of `restage stages --json`. Its shape is documented in docs/reference/stages-json.md and stable. */
export interface StageDescription {
  readonly address: string
  readonly file: string
  readonly name: string
  readonly cmd: string | readonly string[] | null
  readonly wdir: string
  readonly deps: readonly string[]
  readonly outs: readonly OutDescription[]
  readonly params: Readonly<Record<string, readonly string[]>>
  readonly frozen: boolean
  readonly alwaysChanged: boolean
  readonly desc?: string
}

export type OutDescription = Pick<Out, 'path' | 'cache' | 'persist' | 'metric' | 'plot' | 'push'> & {
  readonly remote?: string
}

/** A stage as data for others. */
export function describeStage(stage: Stage, root: string): StageDescription {
  return {
    address: addressFrom(stage, root, root),
    file: stage.file,
    name: stage.name,
    cmd: stage.cmd ?? null,
    wdir: relativeTo(root, stage.wdir),
    deps: stage.deps.flatMap((dep) => (dep.kind === 'params' ? [] : [dep.path])),
    outs: stage.outs.map(describeOut),
    params: describeParams(stage, root),
    frozen: stage.frozen,
    alwaysChanged: stage.alwaysChanged,
    ...(stage.desc === undefined ? {} : { desc: stage.desc }),
  }
}

function describeOut({ path, cache, persist, metric, plot, push, remote }: Out): OutDescription {
  return { path, cache, persist, metric, plot, push, ...(remote === undefined ? {} : { remote }) }
}

// By file; of a whole file no keys.
function describeParams(stage: Stage, root: string): Readonly<Record<string, readonly string[]>> {
  const params = new Map<string, readonly string[]>()
  for (const dep of stage.deps) {
    if (dep.kind !== 'params') continue
    const file = relativeTo(root, dep.target)
    params.set(file, [...(params.get(file) ?? []), ...dep.keys])
  }
  return Object.fromEntries(params)
}

function listing(stages: readonly Stage[], address: (stage: Stage) => string, nameOnly: boolean): string {
  if (nameOnly) return stages.map((stage) => `${address(stage)}\n`).join('')
  if (stages.length === 0) return 'There are no stages in this project yet.\n'
  const width = Math.min(40, Math.max(...stages.map((stage) => address(stage).length)))
  return stages.map((stage) => `${padColumns(address(stage), width)}  ${summary(stage)}\n`).join('')
}

function summary({ desc, outs, deps }: Stage): string {
  if (desc !== undefined) return showControls(desc.split('\n')[0] ?? '')
  if (outs.length > 0) return showControls(`makes ${outs.map((out) => out.path).join(', ')}`)
  return showControls(
    deps.length > 0 ? `reads ${deps.map((dep) => dep.path).join(', ')}` : 'no outputs or dependencies',
  )
}
