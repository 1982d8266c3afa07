import { ok, type Result } from '../base/result.ts'
import type { Value } from '../base/value.ts'
import { readParamsFile, trackedParams } from '../project/params/read-tracked-params.ts'
import type { ParamsReader } from './stage-status.ts'

/** Reads each params file once: thousands of stages may share one. Keep it only for as long as nothing runs. */
export function rememberParams(): ParamsReader {
  const documents = new Map<string, Result<Value>>()
  return (target, keys, file) => {
    const known = documents.get(target) ?? readParamsFile(target, file)
    documents.set(target, known)
    return known.ok ? ok(trackedParams(known.value, keys)) : known
  }
}
