/** The dvc.lock of a dvc.yaml: beside it, with the same stem (DVC: `dvcfile.py`). */
export function lockPath(pipelineFile: string): string {
  return pipelineFile.replace(/\.yaml$/, '.lock')
}
