import { readdirSync } from 'node:fs'
import { findRoot } from '../project/find-root.ts'
import { workFolder } from '../project/restage-path.ts'
import { readStamped } from '../project/stamped-file.ts'
import { isTerminal } from './say.ts'

// A call that finds nothing to do comes again and again, and what it says depends on nothing but the files it looked at.
// So its words are kept with the stamps of all these files, and said again as long as none of them has changed. The
// program itself is one of them.

/** What the same call said before, if nothing has changed since. `undefined`: it must be worked out. */
export function answerAgain(args: readonly string[]): string | undefined {
  if (args.includes('--json')) return undefined
  const root = findRoot(process.cwd())
  // Who is at work changes what was looked at; and where somebody was killed, the next call tidies up.
  if (root === undefined || isAnybodyAtWork(root)) return undefined
  return readStamped(root, nameOf(args), keyOf(args))?.value.toString('utf8')
}

function isAnybodyAtWork(root: string): boolean {
  try {
    return readdirSync(workFolder(root)).length > 0
  } catch {
    return false
  }
}

/** The name that the answer is kept by: only the last one of each command is. */
export function nameOf([command = 'overview']: readonly string[]): string {
  return `answer-${/^[a-z]+$/.test(command) ? command : 'other'}`
}

/** What an answer depends on besides files. */
export function keyOf(args: readonly string[]): string {
  const names = Object.keys(process.env).filter((name) => /^(RESTAGE|DVC|XDG)_/.test(name) || counting.has(name))
  const env = names.toSorted().map((name) => [name, process.env[name]])
  return JSON.stringify([process.argv.slice(1, 2), args, process.cwd(), process.getuid?.(), env, screen()])
}

const counting: ReadonlySet<string> = new Set(['CI', 'FORCE_COLOR', 'GITHUB_ACTIONS', 'HOME', 'NO_COLOR', 'TERM'])

// Only a terminal has a size.
function screen(): string {
  return isTerminal() ? `${process.stdout.columns} ${process.stdout.rows}` : ''
}
