import { join } from 'node:path'

/** Where everything stands that is not the project's own: `.restage/` beside `.dvc/`. It need not be there. */
export function restageFolder(root: string): string {
  return join(root, '.restage')
}

/** Where processes leave a mark as long as they change the project; it need not be there. */
export function workFolder(root: string): string {
  return join(restageFolder(root), 'at-work')
}
