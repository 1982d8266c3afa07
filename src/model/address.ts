import { joinPath, relativeTo } from '../base/paths.ts'
import type { StageId } from './stage.ts'

/** The id of the stage `name` of `file`, a path relative to the DVC root; of a .dvc file, whose name is empty, the file. */
export function stageId(file: string, name: string): StageId {
  return (name === '' ? file : `${file}:${name}`) as StageId
}

/** The address shown to people, as seen from `cwd`: the bare name where `dvc.yaml` stands in that very folder
 * (DVC: `stage/__init__.py::addressing`). `root` and `cwd` are absolute. */
export function addressFrom(
  stage: { readonly file: string; readonly name: string },
  root: string,
  cwd: string,
): string {
  const file = root === cwd ? stage.file : relativeTo(cwd, joinPath(root, stage.file))
  return file === 'dvc.yaml' && stage.name !== '' ? stage.name : stageId(file, stage.name)
}
