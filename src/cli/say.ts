import { fstatSync, statSync, writeSync } from 'node:fs'
import { devNull } from 'node:os'
import { errnoOf } from '../base/file-problem.ts'
import { exitCodes } from '../base/problem.ts'

/** Writes to stdout without what `process.stdout` loads, which takes a tenth of the time that Node takes to start. */
export function say(text: string): void {
  let bytes = Buffer.from(text)
  try {
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes))
  } catch (error) {
    const errno = errnoOf(error)
    // A pipe that somebody else does not want to wait for.
    if (errno === 'EAGAIN') process.stdout.write(bytes)
    else process.exitCode = errno === 'EPIPE' ? exitCodes.brokenPipe : exitCodes.projectUnusable
  }
}

/** True if stdout is a terminal. To ask that costs more than to ask whether it can be one. */
export function isTerminal(): boolean {
  const stats = fstatSync(1)
  return stats.isCharacterDevice() && stats.rdev !== statSync(devNull).rdev && process.stdout.isTTY
}
