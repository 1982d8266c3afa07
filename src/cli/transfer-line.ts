import { formatBytes } from '../base/byte-size.ts'
import type { TransferTally } from '../cache/remotes/transfer-tally.ts'
import { liveScreen, plainScreen } from '../observe/screen.ts'
import type { CliIo } from './cli-io.ts'

/** The line at the bottom of a terminal that tells how far a transfer is. */
export interface TransferLine extends Disposable {
  /** Says something that stays. */
  print(line: string): void
}

const patienceMs = 500
const tickMs = 100

/** Shows files, bytes and rate on stderr while a transfer is under way, if it takes a while and a person watches. */
export function openTransferLine(io: CliIo, verb: string, tally: TransferTally): TransferLine {
  const { stderr, env, isJson } = io
  const isWatched = stderr.isTerminal && !isJson && env.TERM !== 'dumb' && !env.CI
  const screen = isWatched ? liveScreen(stderr.write, () => stderr.size().columns) : plainScreen(stderr.write)
  const startedAt = Date.now()
  const tick = (): void => {
    const elapsedMs = Date.now() - startedAt
    if (elapsedMs >= patienceMs && tally.total > 0) screen.status([transferText(verb, tally, elapsedMs)])
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

/** `Fetching: 120 of 4500 files, 1.2 GB, 230 MB/s` */
export function transferText(
  verb: string,
  { settled, total, bytes }: Pick<TransferTally, 'settled' | 'total' | 'bytes'>,
  elapsedMs: number,
): string {
  const rate = formatBytes((bytes / elapsedMs) * 1000)
  return `${verb}: ${settled} of ${total} ${total === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}, ${rate}/s`
}
