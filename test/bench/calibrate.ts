import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Stopwatch } from './stopwatch.ts'

/** How fast the machine is just now. */
export interface Calibration {
  /** MD5 of one core, in MB/s (`openssl speed`). */
  readonly md5: number
  /** One bare start of a program, in ms. */
  readonly spawn: number
}

/** Tells whether the machine stayed as fast as it was while something was measured. */
export class Calibrator {
  readonly #stopwatch: Stopwatch

  constructor(stopwatch: Stopwatch) {
    this.#stopwatch = stopwatch
  }

  async calibrate(): Promise<Calibration> {
    const argv = [existsSync('/bin/true') ? '/bin/true' : '/usr/bin/true']
    const { wall } = await this.#stopwatch.measure({ argv, cwd: '/', times: 500 })
    return { md5: openssl(), spawn: (wall / 500) * 1000 }
  }

  agree(before: Calibration, after: Calibration): boolean {
    return isClose(before.md5, after.md5) && isClose(before.spawn, after.spawn)
  }
}

const tolerance = 0.15

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(a, b)
}

function openssl(): number {
  const out = execFileSync('openssl', ['speed', '-mr', '-seconds', '1', '-bytes', '65536', 'md5'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // +F:<number>:md5:<bytes per second>
  const found = /^\+F:.*:([\d.]+)$/m.exec(out)?.[1]
  if (found === undefined) throw new Error(`openssl speed said: ${out}`)
  return Number(found) / 1e6
}
