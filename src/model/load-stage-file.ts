import { statSync } from 'node:fs'
import { existsAsLink, tryStat } from '../base/file-kind.ts'
import { joinPath } from '../base/paths.ts'
import type { Problem } from '../base/problem.ts'
import { isMap, type Value, type ValueMap } from '../base/value.ts'
import type { IgnoreCheck } from '../git/ignore-check.ts'
import { readDataFile } from '../project/data-file/read-data-file.ts'
import type { DocumentReader } from '../project/document-reader.ts'
import type { DvcConfig } from '../project/dvc-config.ts'
import type { IgnoreRules } from '../project/ignore/ignore-rules.ts'
import { lockPath } from '../project/lock/lock-path.ts'
import { readLock } from '../project/lock/read-lock.ts'
import { readText } from '../project/read-text.ts'
import type { StageRecord } from '../project/record.ts'
import { readYaml } from '../project/yaml/read-yaml.ts'
import { buildDataStage } from './build-data-stage.ts'
import { buildStage } from './build-stage.ts'
import { FaultNotes } from './fault-notes.ts'
import { resolvePipeline } from './resolve-pipeline.ts'
import { stageProblems } from './stage-problems.ts'
import type { WrittenDataset } from './datasets.ts'
import type { Stage } from './stage.ts'

/** What is known before any stage file is read. */
export interface LoadContext {
  readonly root: string
  readonly config: DvcConfig
  readonly ignore: IgnoreRules
  /** Without it nothing is git-ignored. */
  readonly gitIgnore: IgnoreCheck | undefined
  readonly reader: DocumentReader
}

/** The stages of one file with what was recorded of them, and everything that is wrong with it. */
export interface LoadedFile {
  readonly stages: readonly { readonly stage: Stage; readonly record: StageRecord | undefined }[]
  readonly datasets: readonly WrittenDataset[]
  readonly problems: readonly Problem[]
}

/** Loads a dvc.yaml with its dvc.lock, or a .dvc file. `file` is relative to the root. */
export async function loadStageFile(file: string, context: LoadContext): Promise<LoadedFile> {
  const path = joinPath(context.root, file)
  if (tryStat(() => statSync(path))?.isFile() !== true)
    return unusable(stageProblems.notAFile({ file, line: 1, column: 1 }))
  const text = readText(path, file)
  if (!text.ok) return unusable(...text.problems)
  return file.endsWith('.dvc') ? loadDataFile(text.value, file, context) : await loadPipeline(text.value, file, context)
}

function unusable(...problems: readonly Problem[]): LoadedFile {
  return { stages: [], datasets: [], problems }
}

function loadDataFile(text: string, file: string, { root, config, ignore }: LoadContext): LoadedFile {
  const read = readDataFile(text, file)
  if (!read.ok) return unusable(...read.problems)
  const { document, record } = read.value
  const notes = new FaultNotes(document, file)
  const stage = notes.gather({ path: [], stage: { name: '', family: undefined } }, ({ report }) =>
    buildDataStage(read.value, { root, file, document, ignore, remotes: config.remotes, report }),
  )
  return { stages: stage === undefined ? [] : [{ stage, record }], datasets: [], problems: notes.problems() }
}

async function loadPipeline(text: string, file: string, context: LoadContext): Promise<LoadedFile> {
  const document = readYaml(text, file)
  if (!document.ok) return unusable(...document.problems)
  const { root, config, ignore, reader } = context
  const resolved = resolvePipeline({ document: document.value, file, root, reader, style: config.parsing })
  const notes = new FaultNotes(document.value, file)
  const stages = resolved.stages.map((entry) =>
    notes.gather({ path: entry.path, stage: entry }, ({ report }) =>
      buildStage(entry, { root, file, document: document.value, ignore, remotes: config.remotes, report }),
    ),
  )
  const { records, datasets, problems } = await loadLock(lockPath(file), context)
  return {
    stages: stages.filter((stage) => stage !== undefined).map((stage) => ({ stage, record: records.get(stage.name) })),
    datasets: resolved.datasets.flatMap((spec) => withLock(spec, datasets)),
    problems: [...resolved.problems, ...notes.problems(), ...problems],
  }
}

function withLock(spec: ValueMap, locked: readonly Value[]): readonly WrittenDataset[] {
  const name = spec.get('name')
  if (typeof name !== 'string') return []
  return [{ name, spec, locked: locked.find((entry) => isMap(entry) && entry.get('name') === name) }]
}

interface LoadedLock {
  readonly records: ReadonlyMap<string, StageRecord>
  readonly datasets: readonly Value[]
  readonly problems: readonly Problem[]
}

// A lock that DVC does not see is as good as none, but git must not ignore it, even before it is there
// (DVC: `dvcfile.py::Lockfile._load`).
async function loadLock(file: string, { root, ignore, gitIgnore }: LoadContext): Promise<LoadedLock> {
  const path = joinPath(root, file)
  const isGitIgnored = (await gitIgnore?.isIgnored([path]))?.has(path) ?? false
  const problems = isGitIgnored ? [stageProblems.lockIgnored({ file, line: 1, column: 1 })] : []
  if (!existsAsLink(path) || ignore.isIgnored(path, false)) return { records: new Map(), datasets: [], problems }
  const text = readText(path, file)
  if (!text.ok) return { records: new Map(), datasets: [], problems: [...problems, ...text.problems] }
  const read = readLock(text.value, file)
  const { entries: records, datasets } = read.lock
  return { records, datasets, problems: [...problems, ...read.problems] }
}
