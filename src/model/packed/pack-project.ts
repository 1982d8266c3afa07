import { deserialize, serialize } from 'node:v8'
import type { StageRecord } from '../../project/record.ts'
import type { Project } from '../project.ts'
import type { StageId } from '../stage.ts'
import { readRecord, writeRecord } from './pack-record.ts'
import { readStage, writeStage } from './pack-stage.ts'
import { type PackedList, PackReader, PackWriter } from './packed-list.ts'

interface PackedProject extends Pick<Project, 'root' | 'config' | 'problems'> {
  readonly stages: PackedList
  readonly records: PackedList
  readonly counts: { readonly stages: number; readonly records: number }
}

/** A project as bytes that are read again in a fraction of the time that reading it took. */
export function packProject({ root, config, problems, stages, records }: Project): Buffer {
  const [packedStages, packedRecords] = [new PackWriter(), new PackWriter()]
  for (const stage of stages) writeStage(packedStages, stage)
  for (const [id, record] of records) {
    packedRecords.put(id)
    writeRecord(packedRecords, record)
  }
  const packed: PackedProject = {
    root,
    config,
    problems,
    stages: packedStages.end(),
    records: packedRecords.end(),
    counts: { stages: stages.length, records: records.size },
  }
  return serialize(packed)
}

/** The project that was packed. Its records are read when somebody asks for them: to list stages takes none. */
export function unpackProject(bytes: Buffer): Project {
  const packed = deserialize(bytes) as PackedProject
  const { root, config, problems, counts } = packed
  const from = new PackReader(packed.stages)
  const stages = Array.from({ length: counts.stages }, () => readStage(from))
  let records: Project['records'] | undefined
  return {
    root,
    config,
    problems,
    stages,
    get records() {
      return (records ??= readRecords(packed.records, counts.records))
    },
  }
}

function readRecords(packed: PackedList, count: number): ReadonlyMap<StageId, StageRecord> {
  const from = new PackReader(packed)
  const records = new Map<StageId, StageRecord>()
  for (let i = 0; i < count; i++) records.set(from.text() as StageId, readRecord(from))
  return records
}
