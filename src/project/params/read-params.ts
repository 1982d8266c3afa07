import { basename } from 'node:path'
import { isTruthy } from '../../base/python-truth.ts'
import { ok, type Result } from '../../base/result.ts'
import type { Value } from '../../base/value.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { readJson } from './read-json.ts'
import { readPython } from './read-python.ts'
import { readToml } from './read-toml.ts'

/** Reads the text of a parameters file, by what follows the first dot of its name: `json`, `toml`, `py`; everything else
 * is YAML, `params.v2.json` included (DVC: `utils/serialize`). An empty document is an empty map. `file` is the file's
 * path in problems. */
export function readParams(text: string, file: string): Result<Value> {
  switch (suffix(file)) {
    case '.json':
      return readJson(text, file)
    case '.toml':
      return readToml(text, file)
    case '.py':
      return readPython(text, file)
    default:
      return readYamlParams(text, file)
  }
}

function suffix(file: string): string {
  const name = basename(file)
  const dot = name.indexOf('.')
  return dot === -1 ? '' : name.slice(dot).toLowerCase()
}

function readYamlParams(text: string, file: string): Result<Value> {
  const document = readYaml(text, file)
  return document.ok ? ok(isTruthy(document.value.value) ? document.value.value : new Map()) : document
}
