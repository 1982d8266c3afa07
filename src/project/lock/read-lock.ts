import type { Problem } from '../../base/problem.ts'
import { isList, isMap, type Scalar, type Value } from '../../base/value.ts'
import type { StageRecord } from '../record.ts'
import { describeValue } from '../schema/shape.ts'
import { readYaml, type YamlDocument } from '../yaml/read-yaml.ts'
import { fromLockEntry } from './lock-entry.ts'
import { lockEntryShape } from './lock-shapes.ts'
import { lockProblems } from './problems.ts'

/** What a dvc.lock records. */
export interface LockFile {
  /** Path as given to `readLock`. */
  readonly file: string
  /** Stage name → its record, in the order of the file. */
  readonly entries: ReadonlyMap<string, StageRecord>
  readonly datasets: readonly Value[]
}

/** Reads a dvc.lock (DVC: `schema.py::LOCKFILE_SCHEMA`). A bad entry is left out and named in `problems` with its stage;
 * a file that is bad as a whole has no entries. `file` is the file's path, relative to the DVC root. */
export function readLock(
  text: string,
  file: string,
): { readonly lock: LockFile; readonly problems: readonly Problem[] } {
  const nothing: LockFile = { file, entries: new Map(), datasets: [] }
  const read = readYaml(text, file)
  if (!read.ok) return { lock: nothing, problems: read.problems }
  const fileProblems = /\S/.test(text) ? checkFile(read.value) : [lockProblems.empty(read.value.at([]))]
  if (fileProblems.length > 0) return { lock: nothing, problems: fileProblems }
  return readEntries(read.value, file)
}

const topKeys: readonly Scalar[] = ['schema', 'datasets', 'stages']

function checkFile({ value, at }: YamlDocument): readonly Problem[] {
  if (!isMap(value)) return [lockProblems.invalid(at([]), `expected a map, found ${describeValue(value)}`)]
  const problems: Problem[] = []
  const version = value.get('schema')
  if (version !== '2.0')
    problems.push(lockProblems.version(at(['schema']), version === undefined ? 'none' : describeValue(version)))
  for (const key of value.keys()) {
    if (!topKeys.includes(key))
      problems.push(lockProblems.invalid(at([key], 'key'), `key \`${String(key)}\` is not known here`))
  }
  const stages = value.get('stages')
  if (stages !== undefined && !isMap(stages)) {
    problems.push(
      lockProblems.invalid(at(['stages']), `expected a map under \`stages\`, found ${describeValue(stages)}`),
    )
  }
  return problems
}

function readEntries({ value, at }: YamlDocument, file: string): ReturnType<typeof readLock> {
  const entries = new Map<string, StageRecord>()
  const problems: Problem[] = []
  const { stages, datasets } = partsOf(value)
  for (const [name, entry] of stages) {
    if (typeof name !== 'string') {
      problems.push(
        lockProblems.invalid(at(['stages', name], 'key'), `expected a stage name, found ${describeValue(name)}`),
      )
      continue
    }
    const faults = lockEntryShape(entry, ['stages', name])
    const address = `${file.replace(/\.lock$/, '.yaml')}:${name}`
    problems.push(...faults.map(({ path, part, detail }) => lockProblems.entryInvalid(address, at(path, part), detail)))
    if (faults.length === 0 && isMap(entry)) entries.set(name, fromLockEntry(entry))
  }
  return { lock: { file, entries, datasets }, problems }
}

function partsOf(value: Value): { readonly stages: Iterable<[Scalar, Value]>; readonly datasets: readonly Value[] } {
  const map: ReadonlyMap<Scalar, Value> = isMap(value) ? value : new Map()
  const [stages, datasets] = [map.get('stages'), map.get('datasets')]
  return { stages: isMap(stages) ? stages : new Map(), datasets: isList(datasets) ? datasets : [] }
}
