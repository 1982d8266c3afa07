import type { FileDep, Out, ParamsDep, Stage } from '../model/stage.ts'
import { findItem, type HashName, type ItemRecord, type StageRecord } from '../project/record.ts'

/** The recorded hash of a dep or out, under the name it is to be compared by; `hash` is absent if nothing was recorded. */
export interface RecordedHash {
  readonly hashName: HashName
  readonly hash: string | undefined
}

export function recordedDep(dep: FileDep, record: StageRecord | undefined): RecordedHash {
  return recordedHash(dep.inRepo, record && findItem(record.deps, dep.path))
}

export function recordedOut(out: Out, record: StageRecord | undefined): RecordedHash {
  return recordedHash(out.inRepo, record && findItem(record.outs, out.path))
}

/** What a producer recorded for the data at `dep`, if one of its outs is exactly that path. */
export function recordedAsOut(
  dep: FileDep | ParamsDep,
  producer: Stage,
  record: StageRecord | undefined,
): RecordedHash | undefined {
  const out = producer.outs.find((candidate) => candidate.target === dep.target)
  return out === undefined ? undefined : recordedOut(out, record)
}

// Outside the project only the hash itself counts, and its name is the file system's
// (DVC: `output.py::_compute_hash_info_from_meta`).
function recordedHash(inRepo: boolean, item: ItemRecord | undefined): RecordedHash {
  return { hashName: inRepo ? (item?.hashName ?? 'md5') : 'md5', hash: item?.hash }
}
