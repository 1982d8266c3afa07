import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** A file that stands beside the bundle, seen from the bundle itself or from the folder of its chunks. `undefined`: there is
 * none, as when the sources run. */
export function besideBundle(name: string): string | undefined {
  return [join(import.meta.dirname, name), join(import.meta.dirname, '..', name)].find((file) => existsSync(file))
}
