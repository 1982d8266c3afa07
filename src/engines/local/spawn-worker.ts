// The helper that starts commands where there is no perl: the same conversation, see helper-program.ts. It is a process
// of its own, and a small one, for the same reasons. Only a kill in the very moment of a start goes unnoticed here.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { signalGroup } from '../../base/platform.ts'

const pids = 3
const groups = new Map<string, number>()
let inherited: Record<string, string> = {}
let unread = Buffer.alloc(0)

process.stdin.on('data', (bytes: Buffer) => {
  unread = Buffer.concat([unread, bytes])
  for (;;) {
    const end = unread.indexOf('\n')
    if (end === -1) return
    const [verb, id, length] = unread.toString('latin1', 0, end).split(' ') as [string, string, string]
    const next = end + 1 + Number(length)
    if (unread.length < next) return
    const fields = unread
      .toString('utf8', end + 1, next)
      .split('\0')
      .slice(0, -1)
    unread = unread.subarray(next)
    take(verb, id, fields)
  }
})
process.stdin.on('end', () => {
  for (const group of groups.values()) signalGroup(group, 'SIGKILL')
  process.exit()
})
process.stdout.on('error', () => undefined)

function take(verb: string, id: string, fields: readonly string[]): void {
  const group = groups.get(id)
  if (verb === 'env') inherited = pairs(fields)
  else if (verb === 'run') run(id, fields)
  else if (verb === 'forget') groups.delete(id)
  else if (verb === 'signal' && group !== undefined) signalGroup(group, `SIG${fields[0]}` as NodeJS.Signals)
}

function run(id: string, [cwd, log, count, program, ...rest]: readonly string[]): void {
  let out: number
  try {
    out = openSync(log!, 'a')
  } catch (error) {
    return answer('failed', id, errnoOf(error), 'log')
  }
  const args = rest.slice(0, Number(count) - 1)
  const env = { ...inherited, ...pairs(rest.slice(args.length)) }
  let child: ChildProcess
  try {
    child = spawn(program!, args, { cwd, env, stdio: ['ignore', out, out], detached: true })
  } catch (error) {
    return answer('failed', id, errnoOf(error), 'program')
  } finally {
    closeSync(out)
  }
  child.once('error', (error) => answer('failed', id, errnoOf(error), 'program'))
  child.once('exit', (code, signal) => ended(id, child.pid!, code, signal))
  if (child.pid === undefined) return
  groups.set(id, child.pid)
  writeSync(pids, `${id} ${child.pid}\n`)
}

function ended(id: string, pid: number, code: number | null, signal: NodeJS.Signals | null): void {
  const isLeft = isThere(pid)
  if (!isLeft) groups.delete(id)
  answer('ended', id, signal === null ? (code ?? 0) << 8 : constants.signals[signal], isLeft ? pid : 0)
}

function isThere(group: number): boolean {
  try {
    return process.kill(-group, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function answer(...words: readonly (string | number)[]): void {
  process.stdout.write(`${words.join(' ')}\n`)
}

function errnoOf(error: unknown): number {
  return -((error as NodeJS.ErrnoException).errno ?? 0)
}

function pairs(fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1]!]] : [])))
}
