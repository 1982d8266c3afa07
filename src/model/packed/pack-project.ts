import { deserialize, serialize } from 'node:v8'
import type { StageRecord } from '../../project/record.ts'
import type { Project } from '../project.ts'
import type { Stage, StageId } from '../stage.ts'
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
  const { root, config, problems, stages, records, counts } = deserialize(bytes) as PackedProject
  const late = new LateRecords(records, counts.records)
  return {
    root,
    config,
    problems,
    stages: readStages(stages, counts.stages),
    get records() {
      return late.records
    },
  }
}

function readStages(packed: PackedList, count: number): readonly Stage[] {
  const from = new PackReader(packed)
  return Array.from({ length: count }, () => readStage(from))
}

// Once they are read, the bytes are let go.
class LateRecords {
  #packed: PackedList | undefined
  readonly #count: number
  readonly #read = new Map<StageId, StageRecord>()

  constructor(packed: PackedList, count: number) {
    this.#packed = packed
    this.#count = count
  }

  get records(): ReadonlyMap<StageId, StageRecord> {
    if (this.#packed === undefined) return this.#read
    const from = new PackReader(this.#packed)
    this.#packed = undefined
    for (let i = 0; i < this.#count; i++) this.#read.set(from.text() as StageId, readRecord(from))
    return this.#read
  }
}
