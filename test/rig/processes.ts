import { existsSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Program } from './program.ts'

/** Waits until `condition` holds; an error if `program` ends before that. */
export async function until(condition: () => boolean, program: Program): Promise<void> {
  let hasEnded = false
  void program.result.then(() => (hasEnded = true))
  while (!condition()) {
    if (hasEnded) throw new Error('The program ended before what the test waits for')
    await setTimeout(20)
  }
}

/** Process ids that a command wrote into a file, one a line. */
export function pidsIn(file: string): number[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number)
}

/** Which of them live. A zombie, dead and waiting for its parent to notice, does not. */
export function living(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      process.kill(pid, 0)
    } catch {
      return false
    }
    return !isZombie(pid)
  })
}

function isZombie(pid: number): boolean {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return false
  try {
    return readFileSync(file, 'utf8').split(') ').at(-1)!.startsWith('Z')
  } catch {
    return true
  }
}
