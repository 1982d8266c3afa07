import { fstatSync, writeSync } from 'node:fs'
import { errnoOf } from '../base/file-problem.ts'
import { exitCodes } from '../base/problem.ts'
import { findRoot } from '../project/find-root.ts'
import { readStamped, writeStamped } from '../project/stamped-file.ts'
import type { Basis, CliIo, Output } from './cli-io.ts'

// A call that finds nothing to do comes again and again, and what it says depends on nothing but the files it looked at.
// So its words are kept with the stamps of all these files, and said again as long as none of them has changed. The
// program itself is one of them.

/** Says again what the same call said before, if nothing has changed since. False: it must be worked out. */
export function sayAgain(args: readonly string[]): boolean {
  if (args.includes('--json')) return false
  const root = findRoot(process.cwd())
  const kept = root === undefined ? undefined : readStamped(root, nameOf(args), keyOf(args))
  if (kept === undefined) return false
  say(kept.value.toString('utf8'))
  return true
}

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

// The last call of each command.
function nameOf([command = 'overview']: readonly string[]): string {
  return `answer-${/^[a-z]+$/.test(command) ? command : 'other'}`
}

function keyOf(args: readonly string[]): string {
  const names = Object.keys(process.env).filter((name) => /^(RESTAGE|DVC|XDG)_/.test(name) || counting.has(name))
  const env = names.toSorted().map((name) => [name, process.env[name]])
  return JSON.stringify([process.argv.slice(1, 2), args, process.cwd(), process.getuid?.(), env, screen()])
}

const counting: ReadonlySet<string> = new Set(['CI', 'FORCE_COLOR', 'GITHUB_ACTIONS', 'HOME', 'NO_COLOR', 'TERM'])

// Only a terminal has a size; to ask for it costs more than to ask whether there can be one.
function screen(): string {
  if (!fstatSync(1).isCharacterDevice() || !process.stdout.isTTY) return ''
  return `${process.stdout.columns} ${process.stdout.rows}`
}

function say(text: string): void {
  try {
    let bytes = Buffer.from(text)
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes))
  } catch (error) {
    process.exitCode = errnoOf(error) === 'EPIPE' ? exitCodes.brokenPipe : exitCodes.projectUnusable
  }
}
