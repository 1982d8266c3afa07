import { kindOfPath } from '../base/file-kind.ts'
import { type DataSelection, selectData } from '../model/select-data.ts'
import { brokenProject } from './broken-project.ts'
import type { CliIo } from './cli-io.ts'
import { fail } from './fail.ts'
import { type OpenProject, withProject } from './open-project.ts'

/** A call of a command that moves data. */
export interface DataCall {
  readonly io: CliIo
  readonly targets: readonly string[]
  readonly flags: {
    readonly recursive?: boolean
    readonly withDeps?: boolean
    readonly allowOutside?: boolean
    readonly lockTimeout: number
  }
  /** What `--json` holds if nothing was done. */
  readonly nothingDone: object
}

/** Opens the project and finds the data that the targets name. A project that is broken anywhere is refused. */
export function withData(
  { io, targets, flags, nothingDone }: DataCall,
  body: (open: OpenProject, selections: readonly DataSelection[]) => Promise<number>,
): Promise<number> {
  return withProject(
    io,
    async (open) => {
      const { project } = open
      const broken = brokenProject(project)
      if (broken.length > 0) return fail(broken, io, project.root, nothingDone)
      const { recursive = false, withDeps = false } = flags
      const selected = selectData(project, { targets, cwd: io.cwd, recursive, withDeps }, kindOfPath)
      return selected.ok ? await body(open, selected.value) : fail(selected.problems, io, project.root, nothingDone)
    },
    { nothingDone, allowOutside: flags.allowOutside, recordsWithin: flags.lockTimeout },
  )
}
