import { ok, type Result } from '../../base/result.ts'
import { isList, isMap, type Value, type ValueMap } from '../../base/value.ts'
import { fromItem } from '../lock/lock-entry.ts'
import type { ItemRecord, StageRecord } from '../record.ts'
import { readYaml, type YamlDocument } from '../yaml/read-yaml.ts'
import { dataFileShape } from './data-file-shapes.ts'
import { dataFileProblems } from './problems.ts'

/** A .dvc file: data added by hand, or an import. */
export interface DataFile {
  /** Path as given to `readDataFile`. */
  readonly file: string
  /** Empty for an empty file, which defines nothing. */
  readonly value: ValueMap
  readonly document: YamlDocument
  /** The hashes it holds. */
  readonly record: StageRecord
}

/** Reads and checks a .dvc file. `file` is the file's path in problems. */
export function readDataFile(text: string, file: string): Result<DataFile> {
  const document = readYaml(text, file)
  if (!document.ok) return { ok: false, problems: document.problems.map((problem) => ({ ...problem, stage: file })) }
  const { value, at } = document.value
  const faults = dataFileShape(value, [])
  if (faults.length > 0 || !isMap(value)) {
    return {
      ok: false,
      problems: faults.map(({ path, part, detail }) => dataFileProblems.invalid(at(path, part), detail)),
    }
  }
  return ok({ file, value, document: document.value, record: recordOf(value) })
}

function recordOf(value: ValueMap): StageRecord {
  const md5 = value.get('md5')
  return {
    cmd: undefined,
    deps: itemsOf(value.get('deps')),
    params: new Map(),
    outs: itemsOf(value.get('outs')),
    definitionMd5: typeof md5 === 'string' && md5 !== '' ? md5 : undefined,
  }
}

function itemsOf(items: Value | undefined): readonly ItemRecord[] {
  return isList(items) ? items.filter(isMap).map(fromItem) : []
}
