import { writeStamped } from '../project/write-stamped.ts'
import { keyOf, nameOf } from './answers.ts'
import type { Basis, CliIo, Output } from './cli-io.ts'

/** Listens to what a call says. `keep` puts it away if the call has told by `io.nothingToDo` what it is based on. */
export function listen(args: readonly string[], io: CliIo): { readonly io: CliIo; readonly keep: () => void } {
  let text = ''
  let hasComplained = io.isJson
  let basis: Basis | undefined
  // Before `--cd` is followed.
  const key = keyOf(args)
  return {
    io: {
      ...io,
      stdout: heard(
        io.stdout,
        (said) => (text += typeof said === 'string' ? said : Buffer.from(said).toString('utf8')),
      ),
      stderr: heard(io.stderr, () => (hasComplained = true)),
      nothingToDo: (found) => (basis = found),
    },
    keep: () => {
      if (basis === undefined || hasComplained) return
      const { root, sources, since } = basis
      const paths = [...sources.paths, ...process.argv.slice(1, 2)]
      const value = Buffer.from(text)
      writeStamped(root, nameOf(args), { key, value, sources: { ...sources, paths }, since })
    },
  }
}

function heard(output: Output, hear: (said: string | Uint8Array) => void): Output {
  return {
    ...output,
    write: (said) => {
      hear(said)
      output.write(said)
    },
  }
}
