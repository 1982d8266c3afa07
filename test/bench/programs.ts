import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { checkout, dvcPeer } from '../rig/peers.ts'
import type { Command } from './stopwatch.ts'

/** Our command line, called in `cwd`. */
export function restage(cwd: string, ...args: readonly string[]): Command {
  return { argv: [process.execPath, join(checkout, 'dist/cli/main.cjs'), ...args], cwd }
}

/** The real DVC, if this machine has it: an entry for the peers of a contest. */
export function dvc(cwd: string, name: string, ...args: readonly string[]): Readonly<Record<string, Command>> {
  return dvcPeer.path === undefined ? {} : { [name]: { argv: [dvcPeer.path, ...args], cwd } }
}

/** A program of the system, if it is installed. */
export function program(
  cwd: string,
  name: string,
  file: string,
  ...args: readonly string[]
): Readonly<Record<string, Command>> {
  try {
    const path = execFileSync('sh', ['-c', 'command -v "$1"', 'sh', file], { encoding: 'utf8' }).trim()
    return { [name]: { argv: [path, ...args], cwd } }
  } catch {
    return {}
  }
}

/** Node without anything to do: the floor under every command of ours. */
export function emptyNode(cwd: string): Readonly<Record<string, Command>> {
  return { node: { argv: [process.execPath, '-e', '0'], cwd } }
}

/** A shell line. */
export function shell(cwd: string, line: string): Command {
  return { argv: ['/bin/sh', '-c', line], cwd }
}

/** The same command, each round beginning with `before`. */
export function after(before: () => void, command: Command): Command {
  return { ...command, before }
}

/** The same for all of them. */
export function allAfter(
  before: () => void,
  commands: Readonly<Record<string, Command>>,
): Readonly<Record<string, Command>> {
  return Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, after(before, command)]))
}
