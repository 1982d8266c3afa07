import { constants, copyFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'

/** Copies a file of about `size` bytes, links followed; a file system that can have both share their blocks does so. A large
 * one is copied without holding the event loop. Throws Node's file errors. */
export async function copyContent(source: string, target: string, size: number): Promise<void> {
  if (size < largeFile) copyFileSync(source, target, constants.COPYFILE_FICLONE)
  else await copyFile(source, target, constants.COPYFILE_FICLONE)
}

const largeFile = 2 ** 20
