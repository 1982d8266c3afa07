import { exitCodes } from '../base/problem.ts'
import type { CliIo, Output } from './cli-io.ts'
import { chooseColors } from '../base/colors.ts'

/** The command line's view of this process. */
export function processIo(version: string, args: readonly string[]): CliIo {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    version,
    isJson: args.includes('--json'),
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  const isTerminal = stream.isTTY // undefined, and so false, for files and pipes
  return {
    write: (text) => void stream.write(text),
    colors: chooseColors(process.env, isTerminal),
    isTerminal,
    size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 }),
  }
}

/** Called when the reader of our output has gone away. Whoever has something to end first takes its place. */
let onReaderGone: () => void = () => process.exit(exitCodes.brokenPipe)

/** Ends quietly when our output cannot be written any more: nobody reads it (`restage plan | head`), the terminal is
 * closed, the disk is full. */
export function watchReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => onReaderGone())
}

/** While `body` is under way, `handle` is called instead of ending the process. */
export async function withReaderGone<T>(handle: () => void, body: () => Promise<T>): Promise<T> {
  const before = onReaderGone
  onReaderGone = handle
  try {
    return await body()
  } finally {
    onReaderGone = before
  }
}
