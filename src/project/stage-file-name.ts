/** True for the names of files that hold stages (DVC: `dvcfile.py::is_valid_filename`). */
export function isStageFileName(name: string): boolean {
  return name === 'dvc.yaml' || name.endsWith('.dvc')
}
