import { renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { temporaryBeside } from '../../base/temporary.ts'
import { type CacheModes, makeCacheFolder, trustedMode, tryChmod } from './modes.ts'

/** Lets an object appear at `path` if `fill` gives the file its content and finds it right; false: it did not. Read-only
 * before it appears: whoever finds it there may trust it. Another stage may have stored the same content meanwhile; then that
 * object stays, because outs may be hard links to it, unless it is to be replaced. Throws Node's file errors. */
export async function publishObject(
  path: string,
  modes: CacheModes,
  { fill, replace }: { readonly fill: (temporary: string) => Promise<boolean>; readonly replace: boolean },
): Promise<boolean> {
  makeCacheFolder(dirname(path), modes)
  const temporary = temporaryBeside(path)
  let isLeft = true
  try {
    if (!(await fill(temporary))) return false
    tryChmod(temporary, trustedMode)
    isLeft = !replace && statSync(path, { throwIfNoEntry: false }) !== undefined
    if (!isLeft) renameSync(temporary, path)
    return true
  } catch (error) {
    isLeft = true
    throw error
  } finally {
    if (isLeft) rmSync(temporary, { force: true })
  }
}
