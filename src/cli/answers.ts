import { fstatSync, readdirSync, writeSync } from 'node:fs'
import { errnoOf } from '../base/file-problem.ts'
import { exitCodes } from '../base/problem.ts'
import { findRoot } from '../project/find-root.ts'
import { workFolder } from '../project/restage-path.ts'
import { readStamped } from '../project/stamped-file.ts'

// A call that finds nothing to do comes again and again, and what it says depends on nothing but the files it looked at.
// So its words are kept with the stamps of all these files, and said again as long as none of them has changed. The
// program itself is one of them.

/** Says again what the same call said before, if nothing has changed since. False: it must be worked out. */
export function sayAgain(args: readonly string[]): boolean {
  if (args.includes('--json')) return false
  const root = findRoot(process.cwd())
  // Who is at work changes what was looked at; and where somebody was killed, the next call tidies up.
  if (root !== undefined && isAnybodyAtWork(root)) return false
  const kept = root === undefined ? undefined : readStamped(root, nameOf(args), keyOf(args))
  if (kept === undefined) return false
  say(kept.value.toString('utf8'))
  return true
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
