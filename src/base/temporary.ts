import { createHash, randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { isProcessAlive } from './platform.ts'

/** A name for an unfinished file in the folder of `path`. It has the form that DVC gives its own (dvc-objects,
 * `fs/utils.py::tmp_fname`), and says inside which process of which host is at it, so that what a killed process left can be
 * told from what is being written. */
export function temporaryBeside(path: string): string {
  return temporaryIn(dirname(path))
}

/** Such a name in `folder`. */
export function temporaryIn(folder: string): string {
  next ??= firstName()
  // Counted on from a random start: to ask for random bytes costs more than to write a small file.
  next.writeUIntBE((next.readUIntBE(10, 6) + 1) % 2 ** 48, 10, 6)
  return `${folder}/.${next.toString('base64url')}.tmp`
}

/** True for the name of an unfinished file of ours that nobody will finish. One of another host is not judged. */
export function isLeftTemporary(name: string): boolean {
  const text = /^\.([\w-]{22})\.tmp$/.exec(name)?.[1]
  if (text === undefined) return false
  const bytes = Buffer.from(text, 'base64url')
  if (!bytes.subarray(0, 3).equals(signature) || !bytes.subarray(3, 6).equals(hostMark())) return false
  return !isProcessAlive(bytes.readUInt32BE(6))
}

const signature = Buffer.from('RST')
let next: Buffer | undefined

// Signature, host, process, number.
function firstName(): Buffer {
  const pid = Buffer.alloc(4)
  pid.writeUInt32BE(process.pid)
  return Buffer.concat([signature, hostMark(), pid, randomBytes(6)])
}

function hostMark(): Buffer {
  return createHash('md5').update(hostname()).digest().subarray(0, 3)
}
