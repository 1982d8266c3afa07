import { formatBytes } from '../base/byte-size.ts'
import { hashTally } from '../cache/hash/hash-tally.ts'
import { liveScreen, plainScreen } from '../observe/screen.ts'
import type { CliIo } from './cli-io.ts'

/** How far something is that goes through files. */
export interface Tally {
  readonly settled: number
  readonly total: number
  readonly bytes: number
}

/** The line at the bottom of a terminal that tells how far something is. */
export interface ProgressLine extends Disposable {
  /** Says something that stays. */
  readonly print: (line: string) => void
}

const patienceMs = 500
const tickMs = 100

/** Shows files, bytes and rate on stderr while something is under way, if it takes a while and a person watches. */
export function openProgressLine(io: CliIo, verb: string, tally: Tally): ProgressLine {
  const { stderr, env, isJson } = io
  const isWatched = stderr.isTerminal && !isJson && env.TERM !== 'dumb' && !env.CI
  const screen = isWatched ? liveScreen(stderr.write, () => stderr.size().columns) : plainScreen(stderr.write)
  const startedAt = Date.now()
  const tick = (): void => {
    const elapsedMs = Date.now() - startedAt
    if (elapsedMs >= patienceMs && tally.total > 0) screen.status([progressText(verb, tally, elapsedMs)])
  }
  const timer = isWatched ? setInterval(tick, tickMs) : undefined
  return {
    print: (line) => screen.print([line]),
    [Symbol.dispose]: () => {
      clearInterval(timer)
      screen.close()
    },
  }
}

/** Shows how far hashing is while `body` reads files. What `body` says it says by the line, or closes that before. */
export async function whileHashing<T>(io: CliIo, body: (line: ProgressLine) => Promise<T>): Promise<T> {
  using line = openProgressLine(io, 'Hashing', hashTally)
  return await body(line)
}

/** `Fetching: 120 of 4500 files, 1.2 GB, 230 MB/s` */
export function progressText(verb: string, { settled, total, bytes }: Tally, elapsedMs: number): string {
  const rate = formatBytes((bytes / elapsedMs) * 1000)
  return `${verb}: ${settled} of ${total} ${total === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}, ${rate}/s`
}
